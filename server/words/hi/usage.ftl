### Keys कितनी इस्तेमाल होती हैं: API Keys पर चार्ट, और बंद होने वाली जोड़ी के बारे में संकेत।

usage-title = अनुरोध
usage-hour = पिछला एक घंटा
usage-day = पिछले 24 घंटे
usage-month = पिछले 30 दिन
usage-sum-hour =
    { $count ->
        [one] { $count } अनुरोध, एक मिनट में ज़्यादा से ज़्यादा { $top }
       *[other] { $count } अनुरोध, एक मिनट में ज़्यादा से ज़्यादा { $top }
    }
usage-sum-day =
    { $count ->
        [one] { $count } अनुरोध, आधे घंटे में ज़्यादा से ज़्यादा { $top }
       *[other] { $count } अनुरोध, आधे घंटे में ज़्यादा से ज़्यादा { $top }
    }
usage-sum-month =
    { $count ->
        [one] { $count } अनुरोध, 24 घंटों में ज़्यादा से ज़्यादा { $top }
       *[other] { $count } अनुरोध, 24 घंटों में ज़्यादा से ज़्यादा { $top }
    }
usage-none-hour = पिछले एक घंटे में इस key वाला कोई अनुरोध स्वीकार नहीं हुआ।
usage-none-day = पिछले 24 घंटों में इस key वाला कोई अनुरोध स्वीकार नहीं हुआ।
usage-none-month = पिछले 30 दिनों में इस key वाला कोई अनुरोध स्वीकार नहीं हुआ।
usage-numbers = यही संख्याएँ तालिका में
usage-numbers-caption = { $key_id } वाले स्वीकार हुए अनुरोध। जो यहाँ नहीं है उसमें कोई नहीं था।
usage-granted = अनुरोध

usage-sources = आख़िरी बार कहाँ दिखी
usage-sources-caption = पिछले 30 दिनों में दिखे नेटवर्क। हर कुछ सेकंड में सबसे ताज़ा अनुरोध अपना नेटवर्क यहाँ छोड़ता है, इसलिए जो कम इस्तेमाल होता है वह छूट सकता है।
usage-first-seen = पहली बार
usage-last-seen = आख़िरी बार

retiring-used-title = बंद होने वाली एक जोड़ी अब भी इस्तेमाल हो रही है
retiring-used = <id>{ $key_id }</id> { $until } तक काम करेगी ({ $left } बंद)। उससे आख़िरी अनुरोध { $last } आया, स्रोत: <mono>{ $source }</mono>।
retiring-used-others = बदले जाने के बाद वह इनमें भी दिखी: { $others }।
retiring-used-other = { $source } ({ $last })
retiring-used-advice = उससे पहले वहाँ चालू जोड़ी लगाएँ, नहीं तो वहाँ से आने वाले अनुरोध अस्वीकार होंगे।
