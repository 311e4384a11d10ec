### जब कुछ मना हो या न हो पाए: क्या हुआ, और क्या करें।

trouble-denied = अनुमति नहीं है
trouble-denied-title = अनुमति नहीं है। कृपया मालिक से संपर्क करें।
trouble-denied-keys = सिर्फ़ खाते के मालिक और एडमिन API keys देख और बदल सकते हैं।
trouble-not-found = नहीं मिला
trouble-not-found-sentence = यहाँ ऐसा कोई पन्ना नहीं है। हो सकता है पता ग़लत लिखा हो, या जो यहाँ था वह अब न हो।
trouble-unknown-host = अनजान पता
trouble-unknown-host-sentence =
    इस पते पर कोई डैशबोर्ड नहीं है। अपने ब्राउज़र में पता जाँचें, या जिसने दिया था उससे पूछें।
trouble-locked = आपका लॉग इन बंद है
trouble-locked-support =
    बहुत बार ग़लत कोड डाले गए, इसलिए अभी कोई आपके नाम से लॉग इन नहीं कर सकता। आपके खाते के मालिक "टीम प्रबंधन" में आपका लॉग इन खोल सकते हैं; अगर मालिक आप ही हैं, तो सपोर्ट से संपर्क करें। आपकी API keys काम करती रहेंगी।
trouble-locked-no-support =
    बहुत बार ग़लत कोड डाले गए, इसलिए अभी कोई आपके नाम से लॉग इन नहीं कर सकता। आपके खाते के मालिक "टीम प्रबंधन" में आपका लॉग इन खोल सकते हैं; अगर मालिक आप ही हैं, तो जिसने आपका खाता बनाया था उससे बात करें। आपकी API keys काम करती रहेंगी।
trouble-lost-race = कोई और पहले कर गया
trouble-lost-race-sentence =
    आपके पन्ना खोलने के बाद यह key { $at } को दोबारा बनाई गई। उसका मौजूदा Key Id { $key } है। आपके अनुरोध से कुछ नहीं बदला।
trouble-too-many = बहुत ज़्यादा अनुरोध
trouble-too-many-sentence = यह बहुत बार माँगा गया। आप { $again } फिर कोशिश कर सकते हैं।
trouble-unavailable = अभी उपलब्ध नहीं
trouble-unavailable-sentence =
    डैशबोर्ड अभी अपने डेटाबेस तक नहीं पहुँच पा रहा। कुछ नहीं बदला। एक मिनट बाद फिर कोशिश करें। तब तक आपकी API keys काम करती रहेंगी।
trouble-failure = यह नहीं हो पाया
trouble-failure-sentence = हमारी ओर से कुछ गड़बड़ हुई। बदलाव दोहराने से पहले देख लें कि वह हुआ या नहीं।
trouble-failure-look = अपनी API keys देखें
trouble-request = अनुरोध <mono>{ $request }</mono>
trouble-not-possible = संभव नहीं
trouble-not-possible-title = यह संभव नहीं है
trouble-generated = key पहले से है
trouble-retiring = दो जोड़ियाँ पहले से चालू हैं
trouble-ended = वह पहले ही बंद हो चुकी है
trouble-outdated = इस बीच वह बदल गया
trouble-live = Live keys के लिए तैयार नहीं

trouble-elsewhere = यहाँ से नहीं भेजा गया
trouble-elsewhere-sentence =
    आपका ब्राउज़र कहता है कि यह अनुरोध किसी दूसरी साइट से आया, इसलिए कुछ नहीं किया गया। पन्ना यहाँ खोलें और उसका बटन दबाएँ।
trouble-method = यहाँ देखने को कुछ नहीं
trouble-method-sentence =
    यह पता या तो सिर्फ़ फ़ॉर्म लेता है, या सिर्फ़ पन्ना दिखाता है। कुछ नहीं किया गया। पन्ने पर वापस जाएँ और बटन फिर दबाएँ।
trouble-too-large = एक फ़ॉर्म में बहुत ज़्यादा
trouble-too-large-sentence = जो भेजा गया वह इस डैशबोर्ड के किसी भी फ़ॉर्म से बड़ा है। कुछ नहीं किया गया।
trouble-slow = बहुत देर लगी
trouble-slow-sentence = अनुरोध समय पर नहीं पहुँचा। कुछ नहीं किया गया। फिर कोशिश करें।
trouble-unreadable = यह फ़ॉर्म पढ़ा नहीं जा सका
trouble-unreadable-sentence =
    जो भेजा गया वह इस पन्ने का फ़ॉर्म नहीं भेजता। कुछ नहीं किया गया। पन्ना फिर खोलें और उसका फ़ॉर्म इस्तेमाल करें।

refusal-permission-denied = अनुमति नहीं है। कृपया मालिक से संपर्क करें।
refusal-not-found = यहाँ ऐसा कुछ नहीं है।
refusal-wrong-credentials = ईमेल या पासवर्ड सही नहीं है।
refusal-wrong-password = यह पासवर्ड सही नहीं है। वही डालें जिससे आप लॉग इन करते हैं।
refusal-too-many-attempts = यहाँ से बहुत बार ग़लत पासवर्ड डाले गए। आप { $again } फिर कोशिश कर सकते हैं।
refusal-locked = लगातार नौ ग़लत कोड के बाद आपका लॉग इन बंद है।
refusal-log-in-first = पहले लॉग इन करें।
refusal-step-up-needed = पहले OTP डालें; पिछला इस्तेमाल हो चुका या बहुत पुराना है।
refusal-mobile-needed = पहले अपना मोबाइल नंबर सत्यापित करें।
refusal-code-used = यह कोड पहले ही इस्तेमाल हो चुका है। नया पाने के लिए फिर से शुरू करें।
refusal-code-just-sent =
    { $seconds ->
        [one] इस नंबर पर अभी-अभी एक कोड भेजा गया था। उसे इस्तेमाल करें, या { $seconds } सेकंड बाद दूसरा मँगाएँ।
       *[other] इस नंबर पर अभी-अभी एक कोड भेजा गया था। उसे इस्तेमाल करें, या { $seconds } सेकंड बाद दूसरा मँगाएँ।
    }
refusal-too-many-codes = इस नंबर को फ़िलहाल जितने कोड मिल सकते थे, मिल चुके। आप { $again } फिर मँगा सकते हैं।
refusal-already-generated = इस key की एक चालू जोड़ी है, { $key }। नया secret चाहिए, तो key दोबारा बनाएँ।
refusal-nothing-to-regenerate = इस key की कोई जोड़ी अब काम नहीं करती; इसके बजाय नई बनाएँ।
refusal-live-both = पहले खाता सक्रिय होना और उसकी वेबसाइट या ऐप सत्यापित होना ज़रूरी है।
refusal-live-activation = पहले खाता सक्रिय होना ज़रूरी है।
refusal-live-website = पहले खाते की वेबसाइट या ऐप सत्यापित होना ज़रूरी है।
refusal-lost-race = आपके पन्ना खोलने के बाद key बदल गई। आपके अनुरोध से कुछ नहीं बदला।
refusal-still-retiring =
    { $key } { $until } तक काम करती रहेगी, और एक key की दो ही जोड़ियाँ एक साथ काम कर सकती हैं। उसे पहले बंद करें, या पुरानी key को तुरंत निष्क्रिय करना चुनें।
refusal-already-ended = { $key } { $at } को बंद हो गई।
refusal-taken =
    { $field ->
        [email] यह ईमेल पता पहले से लिया जा चुका है।
        [name] यह नाम पहले से लिया जा चुका है।
       *[other] यह पहले से मौजूद है।
    }
refusal-outdated = आपके देखने के बाद यह बदल गया। कुछ नहीं किया गया; इसे फिर देखें।
refusal-not-locked = इस सदस्य का लॉग इन बंद नहीं है।
refusal-idempotency-mismatch = यह फ़ॉर्म किसी और अनुरोध के लिए इस्तेमाल हो चुका है। फिर से शुरू करें।
refusal-secret-gone = { $key } बनाई गई थी, पर उसका secret सिर्फ़ दस मिनट तक मिल सकता था। नया पाने के लिए key दोबारा बनाएँ।

hint-mobile = मोबाइल नंबर देश के कोड के साथ डालें, जैसे +91 98765 43210।
hint-password-length = 8 से 256 अक्षरों का पासवर्ड चुनें। चार-पाँच शब्दों से अच्छा पासवर्ड बनता है।
hint-password-common = यह पासवर्ड उनमें से है जिन्हें कोई सबसे पहले आज़माएगा। दूसरा चुनें; चार-पाँच शब्दों से अच्छा पासवर्ड बनता है।
hint-two-factor-off = टू-फ़ैक्टर प्रमाणीकरण पहले से बंद है।
