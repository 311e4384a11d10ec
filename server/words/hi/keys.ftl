### API Keys: सूची, बनाना, दोबारा बनाना, निष्क्रिय करना।

keys-title = API Keys
keys-group = वेबसाइट और ऐप सेटिंग
keys-mode = { $mode } Mode
keys-none = अब तक कोई { $mode } key नहीं
keys-none-test =
    एक key में Key Id और Key Secret होते हैं। आपका सर्वर हर अनुरोध के साथ दोनों भेजता है। Test keys से आप सब कुछ आज़मा सकते हैं, और असली पैसे नहीं चलते।
keys-none-live =
    एक key में Key Id और Key Secret होते हैं। आपका सर्वर हर अनुरोध के साथ दोनों भेजता है। Live keys से असली पैसे चलते हैं।
keys-generate = Key बनाएँ
keys-regenerate = Key दोबारा बनाएँ
keys-shown-once = Key Secret सिर्फ़ एक बार, इसके तुरंत बाद दिखाया जाता है। उसे रखने की सुरक्षित जगह तैयार रखें।
keys-no-pair = इस key की कोई जोड़ी अब काम नहीं करती। उसकी पुरानी जोड़ियों वाले अनुरोध अस्वीकार होते हैं।
keys-ended = बंद जोड़ियाँ ({ $pairs })
keys-ended-newest = बंद जोड़ियाँ (सबसे नई { $pairs })

pairs-working = चालू जोड़ियाँ। Key Secret फिर कभी नहीं दिखाया जाता।
pairs-ended = ये अब काम नहीं करतीं और फिर कभी नहीं करेंगी।
pairs-key-id = Key Id
pairs-created = कब बनी
pairs-expiry = समाप्ति
pairs-status = स्थिति
pairs-last-used = पिछला इस्तेमाल
pairs-action = क्या करें
pairs-never = कभी नहीं
pairs-not-yet = अब तक नहीं
pairs-current = चालू
pairs-retiring = बंद होने वाली
pairs-works-until = { $until } तक काम करेगी ({ $left } बंद)
pairs-ended-mark = बंद
pairs-ended-at = { $at }। { $why }
pairs-deactivate-now = अभी निष्क्रिय करें
pairs-why-replaced = दोबारा बनाई गई
pairs-why-grace-over = उसके 24 घंटे पूरे हो गए
pairs-why-deactivated = निष्क्रिय की गई
pairs-why-expired = उसकी अवधि समाप्त हो गई

generated-title = आपकी नई { $mode } key
generated-test = इससे असली पैसे नहीं चलते।
generated-live = इससे असली पैसे चलते हैं।
generated-once = <strong>Key Secret सिर्फ़ इसी बार दिखाया जाता है।</strong> हम उसकी ऐसी कोई प्रति नहीं रखते जिसे कोई पढ़ सके। उसे अभी सहेजें; खो जाए, तो key दोबारा बनाएँ।
generated-key-id = Key Id
generated-key-secret = Key Secret
generated-copy-id = Key Id कॉपी करें
generated-copy-secret = Key Secret कॉपी करें
generated-copied = कॉपी हुआ
generated-id-copied = Key Id कॉपी हुआ
generated-secret-copied = Key Secret कॉपी हुआ
generated-id-selected = Key Id चुना गया। उसे अपने कीबोर्ड से कॉपी करें।
generated-secret-selected = Key Secret चुना गया। उसे अपने कीबोर्ड से कॉपी करें।
generated-old-retiring = आपकी पुरानी key <mono>{ $key }</mono> <strong>{ $until }</strong> तक काम करेगी ({ $left } बंद)। उससे पहले उसकी जगह नई जोड़ी लगाएँ।
generated-old-ended = आपकी पुरानी key <mono>{ $key }</mono> <strong>{ $at }</strong> को बंद हो गई। उसकी जगह अभी नई जोड़ी लगाएँ।
generated-also-ended = Key <mono>{ $key }</mono> भी बंद कर दी गई।
generated-stay = Key Secret सहेज लिया? वह फिर नहीं दिखाया जा सकता। आगे जाने के लिए "हो गया" दबाएँ।
generated-download = Key का विवरण डाउनलोड करें
generated-done = हो गया
generated-code-right = कोड सही था। अब अपनी Live key बनाएँ।
generated-before-title = पहले ही हो चुका है
generated-before = यह फ़ॉर्म दो बार भेजा गया, और पहली बार में ही काम हो गया: नई जोड़ी { $key } है। अगर आपने उसका secret नहीं देखा, तो उसे अभी देखें।
generated-before-show = नई key दिखाएँ
generated-over = वह Key Secret अब नहीं दिखाया जा सकता। सहेजा नहीं था, तो key दोबारा बनाएँ।

step-generate = बनाएँ
step-save-key = Key सहेजें
step-choose = चुनें
step-save-new-key = नई key सहेजें
step-confirm = पुष्टि करें

regenerate-title = { $mode } key दोबारा बनाएँ
regenerate-question = <id>{ $key }</id> की जगह आपको नया Key Id और नया Key Secret मिलेगा। पुराने कब काम करना बंद करें?
regenerate-question-named = <strong>{ $name }</strong> की <id>{ $key }</id> की जगह आपको नया Key Id और नया Key Secret मिलेगा। पुराने कब काम करना बंद करें?
regenerate-when = पुरानी key कब काम करना बंद करेगी
regenerate-now = पुरानी key तुरंत निष्क्रिय करें
regenerate-now-effect = बटन दबाते ही पुरानी key वाला हर अनुरोध अस्वीकार होगा। यह तब चुनें जब secret किसी और को पता हो सकता हो।
regenerate-later = पुरानी key 24 घंटे में निष्क्रिय करें
regenerate-later-effect = बटन दबाने के बाद ठीक 24 घंटे तक दोनों keys काम करेंगी: अभी दबाएँ, तो <strong>{ $until }</strong> तक। उसके बाद पुरानी key वाला हर अनुरोध अस्वीकार होगा। अपने सर्वर बिना रुकावट बदलने के लिए यह चुनें।
regenerate-later-not = अभी नहीं हो सकता: <mono>{ $key }</mono> { $until } पर बंद होने वाली है ({ $left }), और एक key की दो ही जोड़ियाँ एक साथ काम कर सकती हैं।
regenerate-also = { $key } को भी अभी निष्क्रिय करें
regenerate-also-effect = नहीं तो वह { $until } तक काम करती रहेगी।
regenerate-secret-once = नया Key Secret सिर्फ़ एक बार, इसके तुरंत बाद दिखाया जाता है। उसे रखने की सुरक्षित जगह तैयार रखें।
regenerate-choose = चुनें कि पुरानी key कब काम करना बंद करे।
regenerate-open-again = पन्ना फिर खोलें।

deactivate-title = { $mode } key निष्क्रिय करें
deactivate-effect = बटन दबाते ही इस key वाला हर अनुरोध अस्वीकार होगा। इसे वापस नहीं लिया जा सकता।
deactivate-otherwise = ऐसा न करें, तो key { $until } तक काम करेगी।
deactivate-stays = काम करती रहेगी

## Who has heard that a key is over

receipt-known-in = { $nodes } में से { $heard } नोड को पता है, { $ms } ms।
receipt-known = { $nodes } में से { $heard } नोड को पता है।
receipt-over = अब कोई भी <mono>{ $key }</mono> स्वीकार नहीं करता।
receipt-silent = <strong>{ $node }</strong> चुप है: अनुरोध उस तक पहुँचें, तो वह <mono>{ $key }</mono> को <strong>{ $until }</strong> ({ $left }) तक स्वीकार कर सकता है।
receipt-then = उसके बाद कोई नहीं करेगा, चाहे जो हो। बाकी सभी नोड इसे अभी से अस्वीकार करते हैं।
receipt-again = फिर से देखें
