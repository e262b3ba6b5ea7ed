	.type	staged,@function
	s_load_dword s9, s[4:5], 0x4
	s_load_dword s10, s[6:7], 0x14
	s_load_dwordx2 s[0:1], s[6:7], 0x0
	s_load_dwordx2 s[2:3], s[6:7], 0x8
	global_load_dwordx4 v[2:5], v[2:3], off
	ds_read_b128 v[0:3], v6
	ds_read_b128 v[4:7], v7
	.amdhsa_kernel staged
; NumVgprs: 11
; TotalNumVgprs: 11
; ScratchSize: 0
; LDSByteSize: 1040 bytes/workgroup (compile time only)
; NumVGPRsForWavesPerEU: 11
; Occupancy: 8
	.type	scratch,@function
	s_load_dword s12, s[6:7], 0x8
	s_load_dword s11, s[4:5], 0x4
	s_load_dword s13, s[6:7], 0x14
	s_load_dwordx2 s[8:9], s[6:7], 0x0
	global_load_dwordx2 v[8:9], v[4:5], off
	global_load_dword v7, v[4:5], off
	buffer_load_dword v6, v5, s[0:3], 0 offen
	buffer_load_dword v7, v8, s[0:3], 0 offen
	buffer_load_dword v3, v3, s[0:3], 0 offen
	.amdhsa_kernel scratch
; NumVgprs: 11
; TotalNumVgprs: 11
; ScratchSize: 2052
; LDSByteSize: 0 bytes/workgroup (compile time only)
; NumVGPRsForWavesPerEU: 11
; Occupancy: 8
