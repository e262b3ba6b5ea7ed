//.kernel staged
//.platform PVCXT
//.thread_config numGRF=128, numAcc=4, numSWSB=16
//.RA type	TRIVIAL_RA
        load.ugm.d32x32t.a32.ca.ca (1|M0)  r1:2 bti[255][r127:1]   {A@1,$0} // ex_desc:0xFF000000; desc:0x6228E500 // $28
        load.ugm.d32x16t.a32.ca.ca (1|M0)  r3:1 bti[255][r127:1]   {A@1,$1} // ex_desc:0xFF000000; desc:0x6218D500 // $28
        load.ugm.d32x16t.a32.ca.ca (1|M0)  r4:1 bti[255][r127:1]   {I@1,$2} // ex_desc:0xFF000000; desc:0x6218D500 // $28
        load.ugm.d32x4.a64 (32|M0)  r11:8       [r7:4]             {A@1,$3} // ex_desc:0x0; desc:0x8803580 // $8
        load.slm.d32x4.a32 (32|M0)  r36:8       [r34:2]            {I@2,$5} // ex_desc:0x0; desc:0x4803500 // $17
        load.slm.d32x4.a32 (32|M0)  r24:8       [r22:2]            {I@1,$6} // ex_desc:0x0; desc:0x4803500 // $14
(W)     send.gtwy (8|M0)         null     r127    null:0  0x0            0x02000010           {EOT,I@1} // wr:1+0, rd:0; end of thread // $28
