//.kernel staged
//.platform DG2
//.thread_config numGRF=128, numAcc=4, numSWSB=16
//.RA type	TRIVIAL_RA
(W)     send.dc0 (8|M0)          r1       r127    null:0  0x0            0x024844FD           {A@1,$0} // wr:1h+0, rd:4; oword aligned block read x8 // $49
(W)     send.dc0 (8|M0)          r5       r127    null:0  0x0            0x022843FD           {A@1,$1} // wr:1h+0, rd:2; oword aligned block read x4 // $49
(W)     send.dc0 (8|M0)          r8       r127    null:0  0x0            0x021842FD           {A@1,$2} // wr:1h+0, rd:1; oword aligned block read x2 // $49
        send.dc1 (16|M0)         r14      r10     null:0  0x0            0x04805000           {A@2,$3} // wr:2+0, rd:8; untyped surface read with xyzw // $10
        send.dc1 (16|M16)        r22      r12     null:0  0x0            0x04805000           {A@1,$4} // wr:2+0, rd:8; untyped surface read with xyzw // $12
        send.dc1 (16|M0)         r40      r36     null:0  0x0            0x048050FE           {A@4,$7} // wr:2+0, rd:8; untyped surface read with xyzw // $21
        send.dc1 (16|M16)        r48      r38     null:0  0x0            0x048050FE           {A@3,$8} // wr:2+0, rd:8; untyped surface read with xyzw // $22
        send.dc1 (16|M0)         r60      r56     null:0  0x0            0x048050FE           {A@2,$9} // wr:2+0, rd:8; untyped surface read with xyzw // $27
        send.dc1 (16|M16)        r68      r58     null:0  0x0            0x048050FE           {A@1,$10} // wr:2+0, rd:8; untyped surface read with xyzw // $28
(W)     send.gtwy (8|M0)         null     r127    null:0  0x0            0x02000010           {EOT,A@1} // wr:1+0, rd:0; end of thread // $49
