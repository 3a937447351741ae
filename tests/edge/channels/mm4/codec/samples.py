"""Messages as MMSCs write them, each in its own dialect, composed by hand: numbers, hosts and ids are made up."""


def crlf(text: str) -> bytes:
    """A text of this file as it stands on the wire."""
    return text.lstrip("\n").replace("\n", "\r\n").encode("latin-1")


# A Java MMSC of a European operator: ids in quotes, Type and Start in capitals, a blank before the fold.
JAVA = crlf("""
Received: from mms2.mms.north.example (10.20.0.7) by relay.grx.example (Postfix)
\twith ESMTP id 4XYZ12; Fri, 4 Dec 2009 10:09:26 +0100 (CET)
Message-ID: <210936.1259765620911.JavaMail.mms@mms2.mms.north.example>
Date: Fri, 04 Dec 2009 10:09:25 +0100
From: +48790000001/TYPE=PLMN
To: +48790000002/TYPE=PLMN
Subject: =?UTF-8?B?VMSZY3phIG5hZCBtaWFzdGVt?=
Mime-Version: 1.0
Content-Type: multipart/related;Type="application/smil";Start="<AAAA>";\x20
\tboundary="----=_Part_210936_2101044.1259765620911"
Sender: +48790000001/TYPE=PLMN@mms.mnc006.mcc260.gprs
X-Mms-Message-Type: MM4_forward.REQ
X-Mms-3GPP-MMS-Version: 5.5.0
X-Mms-Transaction-ID: "1259765620911@mms.north.example"
X-Mms-Message-ID: "0412100925@w.mms.north.example"
X-Mms-Expiry: 259200
X-Mms-Message-Class: Personal
X-Mms-Delivery-Report: Yes
X-Mms-Priority: Normal
X-Mms-Sender-Visibility: Show
X-Mms-Read-Reply: No
X-Mms-Ack-Request: Yes
X-Mms-Originator-System: PostMaster@mms.mnc006.mcc260.gprs
X-Mms-Originator-R/S-Delivery-Report: No

------=_Part_210936_2101044.1259765620911
Content-Type: application/smil; charset="utf-8"; name="first.smil"
Content-ID: <AAAA>

<smil><body><par dur="5s"><img src="sky.jpg"/><text src="hello.txt"/></par></body></smil>
------=_Part_210936_2101044.1259765620911
Content-Type: image/jpeg; name="sky.jpg"
Content-Transfer-Encoding: base64
Content-Location: sky.jpg

/9j/4AAQSkZJRgABAQEASABIAAD/2Q==
------=_Part_210936_2101044.1259765620911
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-ID: <hello.txt>

T=C4=99cza
------=_Part_210936_2101044.1259765620911--
""")

# A North American aggregator: no Sender, several To fields, the names of headers in all kinds of capitals.
AGGREGATOR = crlf("""
From: 14165550101/TYPE=PLMN
To: +14165550622/TYPE=PLMN@mms.east.example
To: +14165550623/TYPE=PLMN@mms.east.example,
 +14165550624/TYPE=PLMN@mms.east.example
Cc: anna@mail.example
MIME-Version: 1.0
X-Mms-3GPP-Mms-Version: 6.10.0
X-Mms-message-Type: MM4_forward.REQ
X-Mms-message-Id: <SM8001@mm4.south.example>
X-Mms-Transaction-Id: SM8001
X-MMS-ACK-REQUEST: yes
X-Mms-Originator-System: system@mm4.south.example
X-Mms-Forward-Counter: 2
X-Internal-Status-Code: 0
Date: Tue, 03 Mar 2026 09:15:00 UTC
Content-Type: text/plain

see you at nine
""")

# A gateway that copies the binary PDU: flags and words of its own, ids without anything around them, dates of asctime.
GATEWAY = crlf("""
X-Mms-MMS-Version: 1.2
X-Mms-Message-Type: MM4_FORWARD_REQ
X-Mms-Transaction-ID: 77
X-Mms-Message-ID: m-77
From: "Bright Retail" <24680/type=plmn@gw.example>
To: 4165550100@mms.east.example
Subject: caf\xe9
Date: Tue Mar  3 09:15:00 2026
X-Mms-Ack-Request: 1
X-Mms-Delivery-Report: 128
X-Mms-Read-Reply: 129
X-Mms-Sender-Visibility: HIDE
X-Mms-Priority: urgent
X-Mms-Message-Class: advertisement
X-Mms-Expiry: Thu, 05 Mar 2026 09:15:00 GMT
X-Mms-Vendor-Colour: blue
X-Mms-Vendor-Colour: green

""")

FORWARD_RES = crlf("""
X-Mms-3GPP-MMS-Version: 6.10.0
X-Mms-Message-Type: MM4_forward.RES
X-Mms-Transaction-ID: SM8001
X-Mms-Message-ID: <SM8001@mm4.south.example>
X-Mms-Request-Status-Code: Error-service-denied
X-Mms-Status-Text: =?utf-8?Q?Acc=C3=A8s_refus=C3=A9?=
Sender: system@mms.east.example
To: system@mm4.south.example

""")

DELIVERY_REPORT_REQ = crlf("""
X-Mms-3GPP-MMS-Version: 6.10.0
X-Mms-Message-Type: MM4_Delivery_report.REQ
X-Mms-Transaction-ID: DR-9
X-Mms-Message-ID: SM8001@mm4.south.example
From: 14165550622/TYPE=PLMN
To: +14165550101/TYPE=PLMN
Sender: system@mms.east.example
Date: Tue, 3 Mar 2026 04:16:00 -0500
X-Mms-Ack-Request: Yes
X-Mms-MM-Status-Code: Unrecognized
X-Mms-MM-Status-Extension: Rejected-by-other-MMSC
X-Mms-Forward-To-Originator-UA: Yes
X-Internal-Status-Code: 420

""")

DELIVERY_REPORT_RES = crlf("""
X-Mms-3GPP-MMS-Version: 6.10.0
X-Mms-Message-Type: MM4_delivery_report.RES
X-Mms-Transaction-ID: DR-9
X-Mms-Request-Status-Code: Ok

""")

READ_REPLY_REPORT_REQ = crlf("""
X-Mms-3GPP-MMS-Version: 6.10.0
X-Mms-Message-Type: MM4_read_reply_report.REQ
X-Mms-Transaction-ID: RR-9
X-Mms-Message-ID: SM8001@mm4.south.example
From: +14165550622/TYPE=PLMN
To: +14165550101/TYPE=PLMN
Date: 2026-03-03T09:20:00Z
X-Mms-Read-Status: Deleted without being read

""")

READ_REPLY_REPORT_RES = READ_REPLY_REPORT_REQ.replace(b".REQ", b".RES").replace(
    b"X-Mms-Read-Status: Deleted without being read", b"X-Mms-Request-Status-Code: Ok"
)

ALL = (JAVA, AGGREGATOR, GATEWAY, FORWARD_RES, DELIVERY_REPORT_REQ, DELIVERY_REPORT_RES, READ_REPLY_REPORT_REQ,
       READ_REPLY_REPORT_RES)  # fmt: skip
