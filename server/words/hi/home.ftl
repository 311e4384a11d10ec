### लॉग इन के बाद का पन्ना।

home-title = होम
home-hello = नमस्ते, { $name }
home-keys = { $mode } keys
home-keys-working = { $keys } चालू
home-keys-none = अब तक कोई नहीं
home-keys-some = इस Mode में आपके अनुरोध पहचाने जा सकते हैं। जब किसी जोड़ी का secret खो जाए या किसी और को पता हो सकता हो, तब उसे दोबारा बनाएँ।
home-keys-first = Key Id और Key Secret की एक जोड़ी बनाएँ और एक मिनट में अपना पहला अनुरोध भेजें।
home-keys-later = Live keys तब मिलती हैं जब इस पन्ने के चरण पूरे हो जाएँ। तब तक Test keys से काम बनाएँ।
home-keys-open = { $mode } keys खोलें
home-ready = असली भुगतान के लिए तैयारी
home-role = आप { $role } के रूप में लॉग इन हैं
home-role-keys = API keys इस खाते के मालिक और एडमिन के पास रहती हैं। आपकी प्रोफ़ाइल और सहायता के पन्ने आपके लिए खुले हैं।
