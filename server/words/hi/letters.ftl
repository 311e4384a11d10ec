### पत्र क्या कहते हैं: ईमेल और मोबाइल के संदेश। कोड वाले संदेश में ऐसे कोई और अंक नहीं होते जो कोड जैसे लगें।

letters-subject = { -brand-name }: { $heading }
letters-help = सहायता: { $support }
letters-or-open = या यह पता खोलें: { $url }
letters-automatic = यह ई-मेल { -dashboard-name } ने अपने आप भेजा है। इसके जवाब पढ़े नहीं जाते।
letters-not-you =
    अगर यह आपने या आपकी टीम ने नहीं किया, तो { -dashboard-name } में लॉग इन करें, अपना पासवर्ड बदलें, और जो keys किसी और ने देखी हो सकती हैं उन्हें दोबारा बनवाएँ।
letters-tell-us = अगर आपको इसकी उम्मीद नहीं थी, तो हमें तुरंत बताएँ: { $support }
letters-tell-somebody = अगर आपको इसकी उम्मीद नहीं थी, तो हमें तुरंत बताएँ।
letters-ignore = अगर आपको नहीं पता कि यह किस बारे में है, तो इस ईमेल पर ध्यान न दें।
letters-log-in = लॉग इन करें
letters-see-keys = अपनी API keys देखें
letters-fact = { $name }: { $value }
letters-when = कब
letters-key-id = Key Id
letters-new-key-id = नया Key Id
letters-old-key-id = पुराना Key Id
letters-works-until = कब तक काम करेगी
letters-last-used = पिछला इस्तेमाल
letters-mobile = मोबाइल नंबर
letters-account = खाता
letters-role = भूमिका
letters-owner = मालिक
letters-member = टीम सदस्य
letters-network-address = पता
letters-browser = ब्राउज़र
letters-website = वेबसाइट या ऐप
letters-reason = कारण

# $action "… के लिए" पर ख़त्म होता है।
letters-code-sms =
    { $code } { $action } आपका { -brand-name } OTP है। यह { $until } तक काम करेगा। इसे किसी को न बताएँ।
letters-code-heading = { $action } आपका OTP
letters-code-text = { $code } { $action } आपका OTP है। यह एक बार, { $until } तक काम करेगा।
letters-code-caution = इसे किसी को न बताएँ। अगर आपने नहीं मँगाया, तो अपना पासवर्ड बदलें।

letters-action-log-in = { -dashboard-name } में लॉग इन करने के लिए
letters-action-generate-live = Live API key बनाने के लिए
letters-action-regenerate =
    { $mode ->
        [live] आपकी Live API key दोबारा बनाने के लिए
       *[test] आपकी Test API key दोबारा बनाने के लिए
    }
letters-action-deactivate =
    { $mode ->
        [live] { $end } पर ख़त्म होने वाली Live API key निष्क्रिय करने के लिए
       *[test] { $end } पर ख़त्म होने वाली Test API key निष्क्रिय करने के लिए
    }
letters-action-change-limits =
    { $mode ->
        [live] एक Live API key की सीमाएँ बदलने के लिए
       *[test] एक Test API key की सीमाएँ बदलने के लिए
    }
letters-action-verify-mobile = इस मोबाइल नंबर को सत्यापित करने के लिए
letters-action-two-factor-on = टू-फ़ैक्टर प्रमाणीकरण चालू करने के लिए
letters-action-two-factor-off = टू-फ़ैक्टर प्रमाणीकरण बंद करने के लिए
letters-action-invite-admin = एडमिन को आमंत्रित करने के लिए
letters-action-make-admin = किसी सदस्य को एडमिन बनाने के लिए
letters-action-reset-two-factor = किसी सदस्य का टू-फ़ैक्टर प्रमाणीकरण रीसेट करने के लिए
letters-action-transfer-ownership = आपके खाते का स्वामित्व सौंपने के लिए
letters-action-team-two-factor-off = आपकी टीम के लिए टू-फ़ैक्टर प्रमाणीकरण की ज़रूरत हटाने के लिए
letters-action-change-mobile = आपका मोबाइल नंबर बदलने के लिए
letters-action-set-up-app = आपका ऑथेंटिकेटर ऐप सेट करने के लिए
letters-action-change-app = आपका ऑथेंटिकेटर ऐप बदलने के लिए
letters-action-backup-codes = नए बैकअप कोड लेने के लिए
letters-action-change-password = आपका पासवर्ड बदलने के लिए

letters-generated-heading =
    { $mode ->
        [live] एक Live API key बनाई गई
       *[test] एक Test API key बनाई गई
    }
letters-generated-text = यह अब से काम करती है। इसका Key Secret एक बार दिखाया गया और फिर नहीं दिखाया जा सकता।
letters-regenerated-heading =
    { $mode ->
        [live] एक Live API key दोबारा बनाई गई
       *[test] एक Test API key दोबारा बनाई गई
    }
letters-regenerated-later =
    पुरानी key { $until } तक काम करेगी। जहाँ-जहाँ वह इस्तेमाल होती है, उससे पहले वहाँ नई लगाएँ।
letters-regenerated-now = पुरानी key अब काम नहीं करती। जहाँ-जहाँ वह इस्तेमाल होती है, वहाँ नई लगाएँ।
letters-deactivated-heading =
    { $mode ->
        [live] एक Live API key निष्क्रिय की गई
       *[test] एक Test API key निष्क्रिय की गई
    }
letters-deactivated-text = यह अब काम नहीं करती। जो अनुरोध अब भी इसे इस्तेमाल करते हैं वे अस्वीकार होते हैं।
letters-ending-heading =
    { $mode ->
        [live] एक पुरानी Live API key जल्द ही काम करना बंद कर देगी
       *[test] एक पुरानी Test API key जल्द ही काम करना बंद कर देगी
    }
letters-ending-used =
    पुरानी key { $until } तक काम करेगी, और वह अब भी इस्तेमाल हो रही है: उससे पिछला अनुरोध { $at } पर आया। उससे पहले उसकी जगह नई key लगाएँ, नहीं तो वे अनुरोध अस्वीकार होंगे।
letters-ending-unused =
    पुरानी key { $until } तक काम करेगी। पिछले कुछ घंटों में किसी ने उसे इस्तेमाल नहीं किया; उससे पिछला अनुरोध { $at } पर आया।
letters-ending-never-used = पुरानी key { $until } तक काम करेगी। उससे कभी कोई अनुरोध नहीं आया।

letters-locked-heading = आपका लॉग इन बंद कर दिया गया
letters-locked-text = बहुत सारे ग़लत OTP डाले गए, इसलिए { -dashboard-name } में आपका लॉग इन बंद कर दिया गया।
letters-locked-unlock =
    आपके खाते के मालिक उसे खोल सकते हैं। अगर मालिक आप हैं, तो सपोर्ट से संपर्क करें। API keys काम करती रहेंगी।
letters-locked-caution = अगर यह आप नहीं थे, तो किसी को आपका पासवर्ड पता है: लॉग इन खुलते ही उसे बदलें।
letters-mobile-heading = आपके OTP अब इस मोबाइल नंबर पर आएँगे
letters-mobile-text = यह { -dashboard-name } के लिए सत्यापित हुआ। इससे पहले का नंबर, अगर था, अब मान्य नहीं है।
letters-mobile-sms = { -brand-name }: आपके लॉग इन के OTP अब दूसरे मोबाइल नंबर पर जाते हैं। अगर यह आप नहीं थे, तो हमसे तुरंत संपर्क करें।
letters-two-factor-on-heading = टू-फ़ैक्टर प्रमाणीकरण चालू किया गया
letters-two-factor-on-text = अब से लॉग इन में आपका पासवर्ड और OTP लगेगा।
letters-two-factor-off-heading = टू-फ़ैक्टर प्रमाणीकरण बंद किया गया
letters-two-factor-off-text = अब से लॉग इन में सिर्फ़ आपका पासवर्ड लगेगा।
letters-app-removed-heading = आपका ऑथेंटिकेटर ऐप हटाया गया
letters-app-removed-sms = अब से लॉग इन में आपका पासवर्ड और आपके मोबाइल नंबर पर भेजा गया OTP लगेगा।
letters-reset-factor-heading = टू-फ़ैक्टर प्रमाणीकरण रीसेट किया गया
letters-reset-factor-text =
    { -dashboard-name } के लिए आपका मोबाइल नंबर और ऑथेंटिकेटर ऐप अब नहीं गिने जाते, और आपके सब डिवाइस लॉग आउट कर दिए गए।
letters-reset-factor-next = अपने पासवर्ड से लॉग इन करें और टू-फ़ैक्टर प्रमाणीकरण फिर सेट करें।
letters-signed-in-heading = आपने नए डिवाइस से लॉग इन किया
letters-signed-in-text =
    किसी ने आपके पासवर्ड से { -dashboard-name } में ऐसे डिवाइस से लॉग इन किया जो पहले नहीं देखा गया था।
letters-password-heading = आपका पासवर्ड बदला गया
letters-password-text = आपके बाक़ी डिवाइस लॉग आउट कर दिए गए।
letters-password-not-me = यह मैंने नहीं किया
letters-new-password-heading = नया पासवर्ड बनाएँ
letters-new-password-text = किसी ने, शायद आपने, { -dashboard-name } के लिए नया पासवर्ड माँगा।
letters-new-password-until = लिंक एक बार, { $until } तक काम करेगा।
letters-new-password-caution = अगर आपने नहीं माँगा, तो कुछ न करें: आपका पासवर्ड जैसा है वैसा ही रहेगा।

letters-member-mobile-heading = एक टीम सदस्य का मोबाइल नंबर बदला
letters-member-mobile-text = उनके OTP अब से दूसरे नंबर पर जाते हैं।
letters-member-on-heading = एक टीम सदस्य ने टू-फ़ैक्टर प्रमाणीकरण चालू किया
letters-member-on-text = उनके लॉग इन में अब से पासवर्ड और OTP लगेगा।
letters-member-off-heading = एक टीम सदस्य ने टू-फ़ैक्टर प्रमाणीकरण बंद किया
letters-member-off-text = उनके लॉग इन में अब से सिर्फ़ पासवर्ड लगेगा।
letters-member-reset-heading = एक टीम सदस्य का टू-फ़ैक्टर प्रमाणीकरण रीसेट किया गया
letters-member-reset-text = उन्हें इसे फिर सेट करना होगा।
letters-member-locked-heading = एक टीम सदस्य का लॉग इन बंद हुआ
letters-member-locked-text =
    उनके लॉग इन के लिए बहुत सारे ग़लत OTP डाले गए। आप "टीम प्रबंधन" में उनका लॉग इन खोल सकते हैं। API keys काम करती रहेंगी।
letters-member-password-heading = एक टीम सदस्य का पासवर्ड बदला
letters-member-password-text = उनके बाक़ी डिवाइस लॉग आउट कर दिए गए।
letters-member-caution = अगर उन्हें इसका पता नहीं है, तो बात साफ़ होने तक उन्हें टीम से हटा दें।
letters-manage-team = टीम प्रबंधन

letters-invited-heading = आप { $account } में आमंत्रित हैं
letters-invited-text = { $inviter } आपको { -dashboard-name } पर खाते { $account } में आमंत्रित करते हैं।
letters-invited-until = आमंत्रण एक बार, { $until } तक काम करेगा।
letters-invited-accept = आमंत्रण स्वीकार करें
letters-role-heading = { $account } में आपकी भूमिका बदली
letters-role-text = वहाँ अब से आपकी भूमिका { $role } है।
letters-removed-heading = आपको { $account } से हटा दिया गया
letters-removed-text =
    आप { -dashboard-name } पर यह खाता अब नहीं खोल सकते। अगर यह ग़लती से हुआ, तो उसके मालिक से पूछें।
letters-ownership-heading = { $account } के नए मालिक
letters-ownership-text =
    अब से खाते { $account } के मालिक { $owner } हैं। जो पहले मालिक थे वे वहाँ एडमिन हैं।

letters-activated-heading = { $account } सक्रिय हुआ
letters-activated-text = खाता { $account } { -dashboard-name } पर सक्रिय है।
letters-returned-heading = { $account } अभी सक्रिय नहीं किया जा सकता
letters-mend = पहले कुछ ठीक करना है। उसे ठीक करें और विवरण फिर भेजें।
letters-returned-link = देखें कि क्या बाक़ी है
letters-website-verified-heading = आपकी वेबसाइट या ऐप सत्यापित हुई
letters-website-verified-text = यह अब से Live Mode के लिए गिनी जाएगी।
letters-website-returned-heading = आपकी वेबसाइट या ऐप अभी सत्यापित नहीं की जा सकी
letters-website-link = कारोबार की वेबसाइट का विवरण
