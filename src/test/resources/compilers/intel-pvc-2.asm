//.kernel scratch
//.platform PVCXT
//.thread_config numGRF=128, numAcc=4, numSWSB=16
//.RA type	TRIVIAL_RA
        load.ugm.d32x32t.a32.ca.ca (1|M0)  r1:2 bti[255][r127:1]   {A@1,$0} // ex_desc:0xFF000000; desc:0x6228E500 // $63
        load.ugm.d32x16t.a32.ca.ca (1|M0)  r3:1 bti[255][r127:1]   {A@1,$1} // ex_desc:0xFF000000; desc:0x6218D500 // $63
        load.ugm.d32x16t.a32.ca.ca (1|M0)  r4:1 bti[255][r127:1]   {I@1,$2} // ex_desc:0xFF000000; desc:0x6218D500 // $63
        load.ugm.d32x8t.a32.ca.ca (1|M0)  r5:1  bti[255][r127:1]   {I@1,$3} // ex_desc:0xFF000000; desc:0x6218C500 // $63
        load.ugm.d32.a64 (32|M0)  r22:2         [r18:4]            {A@1,$5} // ex_desc:0x0; desc:0x8200580 // $33
        load.ugm.d32.a32.ca.ca (32|M0)  r28:2   ss[a0.2][r26:2]    {ExBSO,I@1,$7} // ex_desc:a0.2; desc:0x44280500 // $54
(W)     send.gtwy (8|M0)         null     r127    null:0  0x0            0x02000010           {EOT,F@1} // wr:1+0, rd:0; end of thread // $63
