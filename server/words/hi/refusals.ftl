### अनुरोध क्यों अस्वीकार हुए: पन्ना, API Keys का हिस्सा, और बंद जोड़ी के बारे में संकेत।

refusals-title = अस्वीकार हुए अनुरोध
refused-title = अनुरोध क्यों अस्वीकार हुआ?
refused-some = अनुरोध भेजने वाले को सिर्फ़ “Authentication failed” बताया जाता है। असली कारण यहाँ है।
refused-none =
    हाल में आपकी { $mode } keys वाला कोई अनुरोध अस्वीकार नहीं हुआ। जब होगा, तब असली कारण यहाँ दिखेगा। अनुरोध भेजने वाले प्रोग्राम को सिर्फ़ “Authentication failed” बताया जाता है।
refusals-all = सब अस्वीकार हुए अनुरोध, गिनती और स्रोत के साथ देखें
refusals-kept = हर प्रविष्टि अपनी तरह के पिछले अनुरोध के तीस दिन बाद तक रहती है।
refusals-which = कौन-सी key
refusals-all-keys = सब keys
refusals-back = API Keys
refusals-key-id = Key Id

refusals-over-time = कितने, और कब
refusals-last-hour = पिछला एक घंटा, मिनट दर मिनट
refusals-last-days = पिछले दो दिन, घंटे दर घंटे
refusals-chart-minutes =
    { $count ->
        [one] { $count } अनुरोध अस्वीकार, एक मिनट में ज़्यादा से ज़्यादा { $top }।
       *[other] { $count } अनुरोध अस्वीकार, एक मिनट में ज़्यादा से ज़्यादा { $top }।
    }
refusals-chart-hours =
    { $count ->
        [one] { $count } अनुरोध अस्वीकार, एक घंटे में ज़्यादा से ज़्यादा { $top }।
       *[other] { $count } अनुरोध अस्वीकार, एक घंटे में ज़्यादा से ज़्यादा { $top }।
    }
refusals-numbers = यही संख्याएँ तालिका में
refusals-numbers-caption = जो यहाँ नहीं है उसमें कोई नहीं था।
refusals-begins = कब से
refusals-refused = अस्वीकार

refused-times =
    { $times ->
        [one] { $times } बार
       *[other] { $times } बार
    }
refusals-first = पहली बार
refusals-last = पिछली बार
refusals-how-often = कितनी बार
refusals-often =
    { $times ->
        [one] { $times } बार; पिछले एक घंटे में { $hour }, पिछले 24 घंटों में { $day }
       *[other] { $times } बार; पिछले एक घंटे में { $hour }, पिछले 24 घंटों में { $day }
    }
refusals-pair-ended = जोड़ी कब बंद हुई
refusals-from = कहाँ से
refusals-unknown-address = किसी अनजान पते
refusals-source = <mono>{ $address }</mono>
refusals-source-agent = <mono>{ $address }</mono>, जो ख़ुद को <mono>{ $agent }</mono> कहता है
refusals-source-times =
    { $times ->
        [one] { $times } बार, { $last }
       *[other] { $times } बार, पिछली बार { $last }
    }

still-used-title = एक बंद जोड़ी अब भी इस्तेमाल हो रही है
still-used-hour =
    { $count ->
        [one] <id>{ $key_id }</id> { $ago } बंद हुई और अब भी इस्तेमाल हो रही है: पिछले एक घंटे में { $count } अनुरोध, आख़िरी { $last }। स्रोत: { $source }।
       *[other] <id>{ $key_id }</id> { $ago } बंद हुई और अब भी इस्तेमाल हो रही है: पिछले एक घंटे में { $count } अनुरोध, आख़िरी { $last }। स्रोत: { $source }।
    }
still-used-day =
    { $count ->
        [one] <id>{ $key_id }</id> { $ago } बंद हुई और अब भी इस्तेमाल हो रही है: पिछले 24 घंटों में { $count } अनुरोध, आख़िरी { $last }। स्रोत: { $source }।
       *[other] <id>{ $key_id }</id> { $ago } बंद हुई और अब भी इस्तेमाल हो रही है: पिछले 24 घंटों में { $count } अनुरोध, आख़िरी { $last }। स्रोत: { $source }।
    }
still-used-advice = उसके अनुरोध अस्वीकार होते हैं। जहाँ यह इस्तेमाल होती है वहाँ चालू जोड़ी लगाएँ।

time-ago-moment = एक मिनट से भी कम पहले
time-ago-minutes = { $minutes } मिनट पहले
time-ago-hours = { $hours } घंटे पहले
time-ago-days =
    { $days ->
        [one] { $days } दिन पहले
       *[other] { $days } दिन पहले
    }

refused-unknown-key = यह Key Id मौजूद नहीं है
refused-unknown-key-advice = उसे इस पन्ने से फिर कॉपी करें; छोटे-बड़े अक्षर मायने रखते हैं।
refused-wrong-secret = Key Secret ग़लत है
refused-wrong-secret-advice = हो सकता है वह किसी और जोड़ी का हो, या webhook का secret हो। खो गया हो, तो key दोबारा बनाएँ।
refused-ended = यह जोड़ी बंद हो चुकी है
refused-ended-advice = कोई अब भी पुरानी जोड़ी इस्तेमाल कर रहा है। वहाँ चालू जोड़ी लगाएँ।
refused-expired = इस जोड़ी की अवधि समाप्त हो गई
refused-expired-advice = नई जोड़ी बनाएँ और जहाँ यह इस्तेमाल होती है वहाँ लगाएँ।
refused-wrong-mode = दूसरे Mode की key
refused-wrong-mode-advice = अनुरोध को दूसरा Mode चाहिए था: Live के लिए Test key इस्तेमाल हुई, या इसका उलटा।
refused-address = पता अनुमत नहीं है
refused-address-advice = Secret सही था, पर अनुरोध ऐसे पते से आया जो key की सूची में नहीं है। पता आपका है, तो उसे सीमाओं में जोड़ें; नहीं, तो key दोबारा बनाएँ: secret किसी और के पास है।
refused-quota = दिन के अनुरोध पूरे हो चुके थे
refused-quota-advice = इस key पर प्रति दिन अनुरोधों की सीमा है। वह UTC की आधी रात के बाद फिर काम करेगी, या सीमा बढ़ाते ही।
refused-rate = एक सेकंड में बहुत सारे अनुरोध
refused-rate-advice = इस key पर प्रति सेकंड अनुरोधों की सीमा है। उत्तर के Retry-After जितना इंतज़ार करें और अनुरोध बाँटकर भेजें, या सीमा बढ़ाएँ।
refused-white-space = Key के आसपास ख़ाली जगह है
refused-white-space-advice = Key Id या Key Secret के पहले या बाद में ख़ाली जगह या टैब है। आपका प्रोग्राम जहाँ मान पढ़ता है वहाँ उसे छाँट दें। उसके बाद भी अस्वीकार हो, तो मान ही ग़लत है।
refused-newline = Key के आसपास नई पंक्ति है
refused-newline-advice = Key Id या Key Secret के पहले या बाद में नई पंक्ति है। <mono>echo</mono> एक जोड़ देता है, और कई एडिटर फ़ाइल के अंत में भी: <mono>printf '%s'</mono> इस्तेमाल करें, या मान को छाँट दें।
refused-quotes = Key में उद्धरण चिह्न या डॉलर का निशान है
refused-quotes-advice = कोई वैरिएबल भरा नहीं गया, या उद्धरण चिह्न key के साथ भेज दिए गए।
refused-empty-secret = Key Secret नहीं भेजा गया
refused-empty-secret-advice = Key Id और Key Secret को कोलन से जोड़कर भेजें।
refused-bearer = Bearer token की तरह भेजा गया
refused-bearer-advice = HTTP Basic इस्तेमाल करें: Key Id उपयोगकर्ता की जगह, Key Secret पासवर्ड की जगह।
refused-not-a-secret = दूसरा हिस्सा Key Secret नहीं है
refused-not-a-secret-advice = उसमें ऐसे अक्षर हैं जो किसी Key Secret में नहीं होते, या कॉपी करते समय वह कट गया।
refused-not-a-key-id = Key Id और Key Secret की अदला-बदली हो गई
refused-not-a-key-id-advice = Key Id वहाँ है जहाँ Key Secret होना चाहिए। Key Id पहले रखें।
refused-two-headers = दो Authorization headers
refused-two-headers-advice = अनुरोध में एक से ज़्यादा Authorization header थे, इसलिए पता नहीं चलता कि कौन-सा सही है। एक ही भेजें।
refused-malformed = Authorization header का रूप ग़लत है
refused-malformed-advice = एक ही header भेजें: <mono>Basic</mono>, एक ख़ाली जगह, और Key Id, कोलन, Key Secret का base64।
