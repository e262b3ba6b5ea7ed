	.type	staged,@function
	s_load_b32 s4, s[2:3], 0x14
	s_load_b32 s5, s[0:1], 0x4
	s_load_b64 s[0:1], s[2:3], 0x0
	s_load_b64 s[2:3], s[2:3], 0x8
	global_load_b128 v[1:4], v[1:2], off
	ds_load_b128 v[0:3], v5
	ds_load_b128 v[4:7], v6
	.amdhsa_kernel staged
; NumVgprs: 10
; ScratchSize: 0
; LDSByteSize: 1040 bytes/workgroup (compile time only)
; NumVGPRsForWavesPerEU: 10
; Occupancy: 16
	.type	scratch,@function
	s_load_b32 s4, s[2:3], 0x8
	s_load_b32 s5, s[2:3], 0x14
	s_load_b32 s0, s[0:1], 0x4
	s_load_b64 s[0:1], s[2:3], 0x0
	global_load_b32 v4, v[2:3], off
	scratch_load_b32 v2, off, s1
	.amdhsa_kernel scratch
; NumVgprs: 5
; ScratchSize: 2052
; LDSByteSize: 0 bytes/workgroup (compile time only)
; NumVGPRsForWavesPerEU: 5
; Occupancy: 16
