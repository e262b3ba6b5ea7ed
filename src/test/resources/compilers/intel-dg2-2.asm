//.kernel scratch
//.platform DG2
//.thread_config numGRF=128, numAcc=4, numSWSB=16
//.RA type	TRIVIAL_RA
(W)     send.dc0 (8|M0)          r1       r127    null:0  0x0            0x024844FD           {A@1,$0} // wr:1h+0, rd:4; oword aligned block read x8 // $117
(W)     send.dc0 (8|M0)          r5       r127    null:0  0x0            0x022843FD           {A@1,$1} // wr:1h+0, rd:2; oword aligned block read x4 // $117
(W)     send.dc0 (8|M0)          r8       r127    null:0  0x0            0x022843FD           {A@1,$2} // wr:1h+0, rd:2; oword aligned block read x4 // $117
        send.dc1 (16|M0)         r47      r43     null:0  0x0            0x04205E00           {A@2,$5} // wr:2+0, rd:2; untyped surface read with x // $60
        send.dc1 (16|M16)        r49      r45     null:0  0x0            0x04205E00           {A@1,$6} // wr:2+0, rd:2; untyped surface read with x // $62
        send.dc1 (16|M0)         r83      r75     null:0  0x0            0x082411FF           {A@4,$9} // wr:4+0, rd:2; a64 dword gathering read // $103
        send.dc1 (16|M16)        r85      r79     null:0  0x0            0x082411FF           {A@1,$10} // wr:4+0, rd:2; a64 dword gathering read // $104
(W)     send.gtwy (8|M0)         null     r127    null:0  0x0            0x02000010           {EOT,A@1} // wr:1+0, rd:0; end of thread // $117
