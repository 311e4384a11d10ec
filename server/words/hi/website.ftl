### लाइव मोड क्या माँगता है: वेबसाइट का विवरण, खाता सक्रियण, और जो अब भी बाक़ी है उसकी सूची।

gate-title = Live keys बनाने से पहले
gate-intro = Live keys से असली पैसे चलते हैं, इसलिए पहले दो बातें पूरी करनी होती हैं। Test keys तुरंत काम करती हैं।
gate-who = इस खाते के मालिक या कोई एडमिन यह कर सकते हैं।
gate-activation = खाता सक्रियण
gate-activation-done = आपके खाते में असली भुगतान लिए जा सकते हैं।
gate-activation-open = बताएँ कि यह किसका कारोबार है। हम तीन कार्यदिवसों में जाँचते हैं।
gate-activation-waiting = { $since } को भेजा गया। हम जाँच रहे हैं; इसमें तीन कार्यदिवस तक लगते हैं, और हम मालिक को लिखते हैं।
gate-activation-returned = { $at } को लौटाया गया: “{ $reason }” इसे ठीक करके फिर भेजें।
gate-activation-enter = अपने कारोबार का विवरण डालें
gate-activation-see = आपने जो भेजा उसे देखें
gate-activation-mend = अपने कारोबार का विवरण ठीक करें
gate-website = सत्यापित वेबसाइट या ऐप
gate-website-done = हमने देख लिया है कि आपके ग्राहक कहाँ भुगतान करेंगे।
gate-website-open = बताएँ कि आपके ग्राहक कहाँ भुगतान करेंगे। हम तीन कार्यदिवसों में देखते हैं।
gate-website-waiting = { $since } को भेजा गया। हम देख रहे हैं; इसमें तीन कार्यदिवस तक लगते हैं, और हम मालिक को लिखते हैं।
gate-website-returned = { $at } को लौटाया गया: “{ $reason }” इसे ठीक करके फिर भेजें।
gate-website-enter = कारोबार की वेबसाइट के विवरण पर जाएँ
gate-website-see = आपने जो भेजा उसे देखें
gate-website-mend = अपनी वेबसाइट का विवरण ठीक करें
gate-ready = तैयार
gate-steps-left = { $steps ->
    [one] { $steps } चरण बाक़ी
   *[other] { $steps } चरण बाक़ी
}

review-none = अब तक कुछ नहीं
review-waiting = जाँच हो रही है
review-verified = सत्यापित
review-activated = सक्रिय
review-returned = लौटाया गया
review-since = { $since } को भेजा गया
review-takes = हम तीन कार्यदिवसों में देखते हैं और मालिक को लिखते हैं।
review-reason = यह ठीक करना है
review-returned-at = { $at } को लौटाया गया। नीचे ठीक करें और फिर भेजें।
review-returned-reader = { $at } को लौटाया गया। मालिक या कोई एडमिन इसे ठीक करके फिर भेज सकते हैं।
review-who = इस खाते के मालिक या कोई एडमिन इसे डाल सकते हैं।
review-submit = जाँच के लिए भेजें
review-longer = तीन कार्यदिवसों से ज़्यादा हो गए? { $support }
review-longer-link = हमें लिखें
review-longer-nobody = तीन कार्यदिवसों से ज़्यादा हो गए? जिसने आपका खाता बनाया था उससे बात करें।
review-nothing = कुछ सहेजा नहीं गया। जिस ख़ाने पर निशान है उसे ठीक करें और फिर भेजें।

website-title = कारोबार की वेबसाइट का विवरण
website-group = वेबसाइट और ऐप सेटिंग
website-section = वेबसाइट या ऐप
website-none = अब तक कोई पता नहीं है। जब हमें पता हो कि आपके ग्राहक कहाँ भुगतान करते हैं, और हम उसे देख लें, तब Live keys बनाई जा सकेंगी।
website-kind-website = वेबसाइट
website-kind-app = ऐप
website-address = पता
website-terms = नियम और शर्तें
website-privacy = गोपनीयता नीति
website-refunds = रिफ़ंड और रद्द करना
website-contact = संपर्क करें
website-note = जाँच के लिए लॉग इन
website-verified-at = { $at } को सत्यापित। Live keys बनाई जा सकती हैं।
website-verified-alone = { $at } को सत्यापित।
website-form-new = बताएँ कि आपके ग्राहक कहाँ भुगतान करते हैं
website-form-change = इसे बदलें
website-form-mend = ठीक करें और फिर भेजें
website-kind = आपके ग्राहक कहाँ भुगतान करते हैं?
website-kind-website-hint = उन पन्नों पर जिन्हें वे ब्राउज़र में खोलते हैं।
website-kind-app-hint = ऐसे ऐप में जिसे वे किसी स्टोर से लेते हैं।
website-address-hint = पूरा पता: वेबसाइट का, या स्टोर में ऐप के पन्ने का।
website-terms-hint = उन पन्नों के पूरे पते जिन्हें आपके ग्राहक पढ़ सकते हैं। ऐप के लिए गोपनीयता नीति काफ़ी है।
website-policies = नीतियाँ
website-note-label = जाँच के लिए लॉग इन, अगर ज़रूरी हो
website-note-hint = जिस पन्ने पर ग्राहक भुगतान करते हैं उसे देखने के लिए हम कैसे अंदर आएँ। इसी काम के लिए बना लॉग इन दें, अपना कभी नहीं।
website-change-verified = दूसरा पता नए सिरे से देखा जाता है: जब तक वह सत्यापित न हो, कोई नई Live key नहीं बनाई जा सकती। आपकी मौजूदा keys काम करती रहेंगी और दोबारा बनाई जा सकती हैं। सिर्फ़ नीतियाँ या जाँच का लॉग इन बदलने पर जाँच नहीं होती।
website-change-waiting = आप जो भेजेंगे वह उसकी जगह लेगा जिसकी जाँच हो रही है।
website-error-address = पूरा सार्वजनिक पता दें, जैसे https://shop.example, बिना उपयोगकर्ता नाम और पासवर्ड के।
website-error-store = ऐप के लिए स्टोर में उसके पन्ने का पता दें, जैसे https://play.google.com/store/apps/details?id=….
website-error-kind = यह स्टोर में किसी ऐप का पन्ना है; "ऐप" चुनें।
website-error-page = पन्ने का पूरा पता दें, जैसे https://shop.example/terms.
website-error-note = ज़्यादा से ज़्यादा 500 अक्षर लिखें।

activation-title = खाता सक्रियण
activation-section = आपका कारोबार
activation-none = आपके खाते में असली भुगतान लिए जा सकें, इससे पहले हमें जानना होता है कि कारोबार किसका है। तब तक Test Mode अपनी सब सुविधाओं के साथ काम करता है।
activation-done = आपके खाते में असली भुगतान लिए जा सकते हैं। कारोबार का विवरण बदलने के लिए सपोर्ट को लिखें।
activation-legal-name = काग़ज़ों में नाम
activation-type = कारोबार का प्रकार
activation-type-choose = एक चुनें
activation-registration = पंजीकरण संख्या
activation-registration-hint = वह संख्या जिससे कारोबार पंजीकृत है या कर देता है। व्यक्ति इसे छोड़ सकते हैं।
activation-sells = आप क्या बेचते हैं
activation-sells-hint = एक वाक्य काफ़ी है, जैसे: स्कूल की किताबें, हमारी अपनी वेबसाइट पर।
activation-form-new = बताएँ कि कारोबार किसका है
activation-form-change = इसे बदलें
activation-form-mend = ठीक करें और फिर भेजें
activation-change-waiting = आप जो भेजेंगे वह उसकी जगह लेगा जिसकी जाँच हो रही है।
activation-before = आप जो बताते हैं उसे हम तीन कार्यदिवसों में जाँचते हैं। आपका खाता सक्रिय हो जाता है, या हम लिखते हैं कि क्या ठीक करना है।
activation-state = खाता सक्रियण
activation-open = खाता सक्रियण खोलें
activation-error-name = नाम वैसे ही दें जैसे आपके काग़ज़ों में है, 2 से 200 अक्षरों में।
activation-error-type = चुनें कि आपका कारोबार क्या है।
activation-error-registration = वह संख्या दें जिससे कारोबार पंजीकृत है; सिर्फ़ व्यक्ति इसे छोड़ सकते हैं।
activation-error-sells = 3 से 200 अक्षरों में बताएँ कि आप क्या बेचते हैं।

business-individual = व्यक्ति, पंजीकृत नहीं
business-proprietorship = एकल स्वामित्व
business-partnership = साझेदारी
business-limited-partnership = सीमित देयता साझेदारी (LLP)
business-private-company = प्राइवेट लिमिटेड कंपनी
business-public-company = पब्लिक लिमिटेड कंपनी
business-non-profit = ट्रस्ट, सोसाइटी या बिना लाभ की कोई और संस्था
