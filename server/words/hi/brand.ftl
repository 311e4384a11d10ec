### ब्रांड अपने नाम यहाँ के शब्दों की जगह रखता है।
###
### शब्दावली: API Key, Key Id, Key Secret, OTP, Test Mode, Live Mode, Test/Live key वैसे ही लिखे जाते हैं; key स्त्रीलिंग है।
### pair जोड़ी · generate बनाना · regenerate दोबारा बनाना · deactivate निष्क्रिय करना · retiring बंद होने वाली · ended बंद
### request अनुरोध · refuse अस्वीकार करना · account खाता · owner मालिक · member सदस्य · team टीम · role भूमिका · invitation आमंत्रण
### log in लॉग इन · password पासवर्ड · mobile number मोबाइल नंबर · two-factor authentication टू-फ़ैक्टर प्रमाणीकरण
### verify सत्यापित करना · review जाँच · activation सक्रियण · website वेबसाइट · app ऐप · settings सेटिंग · device डिवाइस
### पाठक को "आप" कहते हैं; बटन "…करें" या "…एँ" से।
