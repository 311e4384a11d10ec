### हर पन्ने के चारों ओर जो है, और सब पन्नों के साझा शब्द।

frame-skip = सीधे मुख्य भाग पर जाएँ
frame-ribbon = <strong>Test Mode:</strong> यहाँ कुछ भी असली नहीं है। Test keys से पैसे नहीं चलते और उन्हें लाइव भुगतान नहीं दिखते।
frame-mode = Mode
frame-test-mode = Test Mode
frame-live-mode = Live Mode
frame-main = मुख्य मेन्यू
frame-settings = खाता और सेटिंग
frame-help = सहायता
frame-member = सदस्य:
frame-profile = आपकी प्रोफ़ाइल
frame-log-out = लॉग आउट करें
frame-zone = हर समय के साथ उसका समय क्षेत्र लिखा है।
frame-zone-own = समय आपके समय क्षेत्र के अनुसार हैं: { $zone }।
frame-stuck = अटक गए? { $support }
frame-support = सपोर्ट से संपर्क करें

cancel = रद्द करें
back-home = होम पर वापस जाएँ
back-keys = API Keys पर वापस जाएँ
steps = चरण
step-done = (पूरा हुआ)

language-label = भाषा
language-change = भाषा बदलें
language-choose = इस पन्ने की भाषाओं में से एक चुनें।

role-owner = मालिक
role-admin = एडमिन
role-manager = मैनेजर
role-operations = ऑपरेशंस
role-finance = फ़ाइनेंस
role-support = सपोर्ट
role-epos = ePos
role-view-only = केवल देखने वाले

moment = { $day } { $month } { $year }, { $hour }:{ $minute } { $half } { $zone }
moment-clock = { $hour }:{ $minute } { $half } { $zone }
moment-am = am
moment-pm = pm
moment-january = जन॰
moment-february = फ़र॰
moment-march = मार्च
moment-april = अप्रैल
moment-may = मई
moment-june = जून
moment-july = जुल॰
moment-august = अग॰
moment-september = सित॰
moment-october = अक्तू॰
moment-november = नव॰
moment-december = दिस॰
time-left-moment = एक मिनट से कम में
time-left-minutes = { $minutes } मिनट में
time-left-hours = { $hours } घंटे में
time-left-hours-minutes = { $hours } घंटे { $minutes } मिनट में
time-left-days =
    { $days ->
        [one] { $days } दिन में
       *[other] { $days } दिनों में
    }
