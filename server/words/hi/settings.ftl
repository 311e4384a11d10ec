### खाता और सेटिंग: जो कुछ बदला जा सकता है उसका रास्ता।

settings-website-and-app = वेबसाइट और ऐप सेटिंग
settings-all = सेटिंग
settings-keys = API Keys
settings-keys-hint = { $mode ->
    [live] Live
   *[test] Test
} keys बनाएँ और दोबारा बनाएँ
settings-website = कारोबार की वेबसाइट का विवरण
settings-website-hint = आपके ग्राहक कहाँ भुगतान करते हैं, और वह जगह सत्यापित है या नहीं
settings-activation = खाता सक्रियण
settings-activation-hint = यह किसका कारोबार है, और क्या इससे असली भुगतान लिए जा सकते हैं
settings-team-and-profile = टीम और प्रोफ़ाइल
settings-team = टीम प्रबंधन
settings-team-hint = इस खाते में कौन लॉग इन कर सकता है, और किस रूप में
settings-profile = आपकी प्रोफ़ाइल
settings-profile-hint = मोबाइल नंबर, टू-फ़ैक्टर प्रमाणीकरण, आप कहाँ लॉग इन हैं
