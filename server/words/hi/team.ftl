### टीम प्रबंधन: सदस्य, आमंत्रण, मालिक; और वे खाते जिनके बीच कोई आता-जाता है।

team-title = टीम प्रबंधन
team-members = सदस्य
team-member = सदस्य
team-role = भूमिका
team-two-factor = टू-फ़ैक्टर
team-last-seen = पिछली बार दिखे
team-never-seen = अब तक नहीं
team-you = (आप)
team-on = चालू
team-off = बंद
team-locked = लॉग इन बंद
team-unlock = लॉग इन खोलें
team-manage = प्रबंधन
team-rules = सिर्फ़ मालिक और एडमिन API keys देखते और बदलते हैं। लगातार नौ ग़लत कोड से सदस्य का लॉग इन बंद हो जाता है; सदस्यों का लॉग इन मालिक खोलते हैं, और मालिक का { -brand-name }।
team-roles = भूमिकाएँ
team-roles-one = एक ही भूमिका है: { $last }।
team-roles-many = { $count } भूमिकाएँ हैं: { $first } और { $last }।

team-invite = किसी को आमंत्रित करें
team-invite-hint = उन्हें एक पत्र मिलता है जिसका लिंक एक बार, सात दिन तक काम करता है। जिनका { -brand-name } में पहले से लॉग इन है, वह बना रहता है।
team-email = ईमेल
team-choose-role = भूमिका
team-role-hint = एडमिन API keys देखते और बदलते हैं, इसलिए पहले आपसे एक कोड माँगा जाता है। टीम का प्रबंधन आपके सिवा कोई नहीं करता।
team-send-invitation = आमंत्रण भेजें
team-invitations = लंबित आमंत्रण
team-invited = कब आमंत्रित
team-status = स्थिति
team-invitation-until = { $until } तक काम करेगा
team-invitation-over = { $until } को समाप्त हुआ। नए लिंक के लिए फिर भेजें।
team-invitation-held = अभी नहीं भेजा गया: इसके लिए आपसे एक कोड चाहिए।
team-invitation-dead = इसका लिंक बेकार हो चुका है: जिसने भेजा था वह अब टीम का प्रबंधन नहीं करता। इसे फिर भेजें।
team-go-on = आगे बढ़ें
team-send-again = फिर भेजें
team-cancel-invitation = रद्द करें
team-sent = आमंत्रण भेजा जा रहा है।
team-sent-again = नया लिंक भेजा जा रहा है। पुराना अब काम नहीं करता।
team-cancelled = आमंत्रण रद्द कर दिया गया। उसका लिंक अब काम नहीं करता।
team-in-team = इस पते वाला कोई व्यक्ति पहले से टीम में है।
team-invited-already = इस पते को पहले ही आमंत्रित किया जा चुका है। वही आमंत्रण फिर भेजें, या पहले उसे रद्द करें।
team-choose-one = भूमिकाओं में से एक चुनें।
team-transfer-locked = उनका लॉग इन बंद है। पहले उसे खोलें।
team-too-many-pending = इस खाते के जितने आमंत्रण लंबित हो सकते हैं या एक दिन में भेजे जा सकते हैं, उतने हो चुके: { $most }। कुछ रद्द करें, या कल तक रुकें।
team-too-often = यह आमंत्रण अभी-अभी, या एक दिन में पाँच बार भेजा जा चुका है। आप इसे { $again } फिर भेज सकते हैं।
# "आपको एक कोड चाहिए" से पहले।
team-code-invite = एडमिन को आमंत्रित करने के लिए
team-confirm-invite = यह आमंत्रण भेजें?
team-confirm-invite-words = { $email } को { $account } में { $role } के रूप में जुड़ने को कहा जाएगा। एडमिन API keys बनाते, देखते और निष्क्रिय करते हैं।

team-back = टीम प्रबंधन पर वापस जाएँ
team-email-address = ईमेल पता
team-change-role = भूमिका बदलें
team-change-role-hint = यह उनके खोले अगले पन्ने से लागू होगा।
team-save-role = भूमिका सहेजें
team-role-changed = भूमिका बदल गई। यह उनके खोले अगले पन्ने से लागू होगी।
# "आपको एक कोड चाहिए" से पहले।
team-code-admin = किसी सदस्य को एडमिन बनाने के लिए
team-make-admin = { $name } को एडमिन बनाएँ?
team-make-admin-words = एडमिन दोनों Modes में { $account } की API keys बनाते, देखते और निष्क्रिय करते हैं।
team-make-admin-button = एडमिन बनाएँ
team-unlock-words = लगातार नौ ग़लत कोड से यह लॉग इन बंद हो गया। इसे तब खोलें जब आपको पता हो कि वे ख़ुद थे।
team-unlocked = सदस्य फिर लॉग इन कर सकते हैं।
team-reset = टू-फ़ैक्टर रीसेट करें
team-reset-words = खोए फ़ोन के लिए: उनका मोबाइल नंबर और ऑथेंटिकेटर ऐप भुला दिए जाते हैं, वे हर जगह से लॉग आउट हो जाते हैं, और अगले लॉग इन पर नया सेट करते हैं।
team-reset-ask = { $name } का टू-फ़ैक्टर रीसेट करें?
team-reset-button = टू-फ़ैक्टर अभी रीसेट करें
team-reset-done = टू-फ़ैक्टर रीसेट हो गया। सदस्य अगले लॉग इन पर उसे नए सिरे से सेट करेंगे।
# "आपको एक कोड चाहिए" से पहले।
team-code-reset = किसी सदस्य का टू-फ़ैक्टर रीसेट करने के लिए
team-elsewhere = जो दूसरे खातों में भी हैं, उनके लिए और मालिकों के लिए यह सिर्फ़ { -brand-name } कर सकता है। सपोर्ट से कहें।
team-remove = टीम से हटाएँ
team-remove-words = { $name } अगला पन्ना खोलते ही { $account } में नहीं आ सकेंगे। उनका लॉग इन और उनके दूसरे खाते बने रहेंगे।
team-remove-button = { $name } को हटाएँ
team-removed = सदस्य हटा दिए गए। उनका खोला हुआ सब उनके लिए बंद है।

team-transfer = स्वामित्व सौंपें
team-transfer-link = { $name } को मालिक बनाएँ
team-transfer-words = { $name } { $account } के मालिक बनेंगे: टीम का प्रबंधन करेंगे, और आपको हटा सकेंगे। आप एडमिन बनेंगे। इसे सिर्फ़ नए मालिक पलट सकते हैं।
team-password = पासवर्ड
team-password-hint = वही जिससे आप लॉग इन करते हैं। उसके बाद हम एक कोड माँगते हैं।
team-transfer-go-on = आगे बढ़ें
team-transfer-ask = { $name } को मालिक बनाएँ?
team-transfer-button = स्वामित्व अभी सौंपें
team-transfer-number = स्वामित्व सौंपने के लिए आपके मोबाइल या ऑथेंटिकेटर ऐप का कोड चाहिए। पहले <link>अपनी प्रोफ़ाइल पर एक सेट करें</link>।
# "आपको एक कोड चाहिए" से पहले।
team-code-transfer = स्वामित्व सौंपने के लिए
team-owner-stays = खाते का हमेशा एक मालिक होता है। पहले स्वामित्व किसी और को सौंपें।

team-all-two-factor = पूरी टीम के लिए टू-फ़ैक्टर
team-all-on = हर किसी को लॉग इन के लिए दूसरा फ़ैक्टर चाहिए। जिसके पास नहीं है, वह अगले लॉग इन पर सेट करता है।
team-all-off = सदस्य ख़ुद चुनते हैं कि लॉग इन में कोड लगे या नहीं।
team-all-require = सबके लिए टू-फ़ैक्टर ज़रूरी करें
team-all-no-longer = अब ज़रूरी न रखें
team-all-ask = टू-फ़ैक्टर अब ज़रूरी न रखें?
team-all-ask-words = इसके बाद जो सदस्य उसे बंद करेंगे, उनके लिए सिर्फ़ पासवर्ड काफ़ी होगा।
team-all-first = पहले अपनी प्रोफ़ाइल पर अपने लिए टू-फ़ैक्टर प्रमाणीकरण चालू करें।
# "आपको एक कोड चाहिए" से पहले।
team-code-all = टीम के लिए टू-फ़ैक्टर की ज़रूरत हटाने के लिए

account-switch = खाता बदलें
account-leave = यह खाता छोड़ें
account-leave-title = { $account } छोड़ें?
account-leave-words = आप तुरंत { $account } में नहीं आ सकेंगे। सिर्फ़ उसके मालिक का आमंत्रण आपको वापस लाएगा। आपका लॉग इन और आपके दूसरे खाते बने रहेंगे।
account-leave-button = खाता छोड़ें
account-closed-title = आप इस खाते में नहीं हैं
account-closed = यह पन्ना जिस खाते का था, आप अब उसमें नहीं हैं, या अब तक नहीं हैं।
account-others = अपने किसी और खाते पर जाएँ:
account-none = आप { -brand-name } के किसी और खाते में नहीं हैं।
account-switched-meanwhile = उस पन्ने के खुलने के बाद आप दूसरे खाते पर चले गए। कुछ नहीं किया गया। अब यह { $account } है।

invitation-title = आप आमंत्रित हैं
invitation-by = { $inviter } आपको खाते { $account } में आमंत्रित करते हैं।
invitation-by-brand = { -brand-name } आपको खाते { $account } में आमंत्रित करता है।
invitation-owner = { -dashboard-name } पर आपके लिए खाता { $account } खोला गया।
invitation-until = लिंक एक बार, { $until } तक काम करेगा।
invitation-email = लॉग इन के लिए आपका ईमेल पता
invitation-name = आपका नाम
invitation-password = पासवर्ड चुनें
invitation-password-hint = 8 या ज़्यादा अक्षर। चार-पाँच शब्दों से अच्छा पासवर्ड बनता है।
invitation-accept = आमंत्रण स्वीकार करें
invitation-log-in-words = इस ईमेल पते से आपका लॉग इन है। स्वीकार करने के लिए लॉग इन करें; सिर्फ़ लिंक से वह कभी नहीं खुलता।
invitation-log-in = स्वीकार करने के लिए लॉग इन करें
invitation-other = आप { $email } के रूप में लॉग इन हैं, और यह आमंत्रण किसी दूसरे पते के लिए है। लॉग आउट करें, फिर अपने पत्र का लिंक दोबारा खोलें।
invitation-over-title = यह आमंत्रण समाप्त हो गया
invitation-over = लिंक इस्तेमाल हो चुका, रद्द हो गया, बाद वाले से बदल गया, या सात दिन से पुराना है। जिसने आमंत्रित किया था उससे नया माँगें, या अगर आप स्वीकार कर चुके हैं तो लॉग इन करें।
