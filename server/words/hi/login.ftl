### लॉग इन, OTP और मोबाइल नंबर।

login-title = लॉग इन
login-to = { -dashboard-name } में
login-email = ईमेल
login-password = पासवर्ड
login-button = लॉग इन करें
login-back = लॉग इन पर वापस जाएँ
login-forgot = पासवर्ड भूल गए?

otp-title = अपना OTP डालें
otp-label = OTP
otp-verify = सत्यापित करें
otp-resend = OTP दोबारा भेजें
otp-send = OTP भेजें
# $purpose "… के लिए" पर ख़त्म होता है।
otp-needed = { $purpose } आपको एक कोड चाहिए।
otp-sent = हमने <nowrap>{ $number }</nowrap> पर SMS से 6 अंकों का कोड भेजा है। यह एक बार, { $until } तक काम करेगा।
otp-delayed =
    आपके 6 अंकों के कोड का SMS <nowrap>{ $number }</nowrap> पर अभी नहीं भेजा जा सका। हम कोशिश जारी रखे हैं; कोड { $until } तक काम करेगा। अगर वह न आए, तो "OTP दोबारा भेजें" दबाएँ।
otp-sent-email = हमने <nowrap>{ $address }</nowrap> पर ईमेल से 6 अंकों का कोड भेजा है। यह एक बार, { $until } तक काम करेगा।
otp-delayed-email =
    आपके 6 अंकों के कोड की ईमेल <nowrap>{ $address }</nowrap> पर अभी नहीं भेजी जा सकी। हम कोशिश जारी रखे हैं; कोड { $until } तक काम करेगा। अगर वह न आए, तो "OTP दोबारा भेजें" दबाएँ।
otp-app = अपना ऑथेंटिकेटर ऐप खोलें और वह { -brand-name } के लिए जो 6 अंकों का कोड दिखाए उसे टाइप करें।
otp-app-first = यह पक्का करने के लिए कि आप ही हैं, हम आपके ऑथेंटिकेटर ऐप का एक कोड माँगते हैं।
otp-app-over = समय पर कोई कोड नहीं डाला गया, या बहुत सारे ग़लत थे। फिर से शुरू करें।
otp-app-begin = आगे बढ़ें
otp-app-again = फिर से शुरू करें
otp-backup-label = बैकअप कोड
otp-backup-hint = आपके लिखे हुए कोड में से एक। हर एक, एक बार काम करता है।
otp-use-backup = बैकअप कोड इस्तेमाल करें
otp-use-usual = सामान्य कोड इस्तेमाल करें
otp-lost-phone = क्या लॉग इन करने के बाद इस नंबर वाला फ़ोन आपके पास नहीं रहा?
otp-by-email = कोड ईमेल से भेजें
otp-over = <nowrap>{ $number }</nowrap> पर भेजा गया कोड अब इस्तेमाल नहीं हो सकता। नया कोड मँगाएँ।
otp-not-sent = बटन दबाने पर हम <nowrap>{ $number }</nowrap> पर SMS से 6 अंकों का कोड भेजेंगे।
otp-wait =
    { $seconds ->
        [one] नया कोड { $shown } सेकंड में भेजा जा सकता है।
       *[other] नया कोड { $shown } सेकंड में भेजा जा सकता है।
    }
otp-wait-over = अब आप नया कोड मँगा सकते हैं।
otp-another = एक मिनट बाद भी SMS नहीं आया? दूसरा कोड मँगाएँ। सिर्फ़ सबसे नया कोड काम करता है।
otp-never-tell = यह कोड किसी को न बताएँ। { -brand-name } का कोई भी व्यक्ति आपसे यह नहीं माँगेगा।
otp-sent-for-another-login = आपके नंबर पर अभी-अभी किसी और लॉग इन का कोड भेजा गया था, इसलिए इस लॉग इन के लिए अब तक कोई नहीं भेजा गया।
otp-wrong =
    { $tries ->
        [0] यह कोड सही नहीं है, और कोई मौक़ा नहीं बचा। नया कोड मँगाएँ।
        [one] यह कोड सही नहीं है। { $tries } मौक़ा बचा है।
       *[other] यह कोड सही नहीं है। { $tries } मौक़े बचे हैं।
    }
otp-expired = इस कोड का समय ख़त्म हो गया। नया कोड मँगाएँ।

purpose-log-in = { -dashboard-name } में लॉग इन करने के लिए
purpose-generate-live = Live key बनाने के लिए
purpose-regenerate = आपकी { $mode } key { $key } दोबारा बनाने के लिए
purpose-deactivate = आपकी { $mode } key { $key } निष्क्रिय करने के लिए
purpose-change-limits = आपकी { $mode } key { $name } की सीमाएँ बदलने के लिए
purpose-verify-mobile = इस मोबाइल नंबर को सत्यापित करने के लिए
purpose-two-factor-on = टू-फ़ैक्टर प्रमाणीकरण चालू करने के लिए
purpose-two-factor-off = टू-फ़ैक्टर प्रमाणीकरण बंद करने के लिए
purpose-change-mobile = आपका मोबाइल नंबर बदलने के लिए
purpose-change-app = आपका ऑथेंटिकेटर ऐप सेट करने या बदलने के लिए
purpose-backup-codes = नए बैकअप कोड लेने के लिए
purpose-change-password = आपका पासवर्ड बदलने के लिए

mobile-verify = अपना मोबाइल नंबर सत्यापित करें
mobile-verify-reason = { $purpose } हम आपके मोबाइल पर एक कोड भेजते हैं। आपने अब तक कोई नंबर सत्यापित नहीं किया है।
mobile-change = अपना मोबाइल नंबर बदलें
mobile-change-reason = हम नए नंबर पर एक कोड भेजते हैं। जब तक वह कोड नहीं डाला जाता, पुराना नंबर बना रहता है।
mobile-label = मोबाइल नंबर
mobile-hint = देश का कोड न हो, तो हम { $code } मानते हैं। कोड SMS से आता है।
mobile-password = पासवर्ड
mobile-password-hint = वही जिससे आप लॉग इन करते हैं, ताकि कोई और यहाँ अपना नंबर न डाल सके।
mobile-other-country = उस देश के नंबरों पर कोड नहीं भेजे जाते। दूसरा नंबर डालें।

step-mobile = मोबाइल नंबर
step-otp = OTP
