### Apabila sesuatu ditolak atau gagal: apa yang berlaku, dan apa yang perlu dibuat.

trouble-denied = Kebenaran Ditolak
trouble-denied-title = Kebenaran Ditolak. Sila hubungi pemilik.
trouble-denied-keys = Apa yang boleh dilakukan bergantung pada peranan: API key untuk pemilik dan pentadbir, pasukan untuk pemilik.
trouble-not-found = Tidak dijumpai
trouble-not-found-sentence = Tiada halaman begini di sini. Mungkin alamatnya tersilap taip, atau yang ditunjukkannya sudah tiada.
trouble-unknown-host = Alamat tidak dikenali
trouble-unknown-host-sentence =
    Tiada papan pemuka di alamat ini. Semak nama dalam bar alamat pelayar anda, atau tanya orang yang memberikannya.
trouble-locked = Log masuk anda dikunci
trouble-locked-support =
    Terlalu banyak kod salah dimasukkan, jadi tiada sesiapa boleh log masuk sebagai anda buat masa ini. Pemilik akaun anda boleh membuka kunci anda di Urus Pasukan; jika anda pemiliknya, hubungi sokongan. API key anda terus berfungsi.
trouble-locked-no-support =
    Terlalu banyak kod salah dimasukkan, jadi tiada sesiapa boleh log masuk sebagai anda buat masa ini. Pemilik akaun anda boleh membuka kunci anda di Urus Pasukan; jika anda pemiliknya, hubungi orang yang menyediakan akaun anda. API key anda terus berfungsi.
trouble-lost-race = Seseorang lebih pantas
trouble-lost-race-sentence =
    Kunci ini dijana semula pada { $at }, selepas anda membuka halaman. Key Id semasanya ialah { $key }. Tiada apa-apa yang diubah oleh permintaan anda.
trouble-too-many = Terlalu banyak permintaan
trouble-too-many-sentence = Itu diminta terlalu kerap. Anda boleh cuba lagi { $again }.
trouble-unavailable = Tidak tersedia buat masa ini
trouble-unavailable-sentence =
    Papan pemuka tidak dapat mencapai pangkalan datanya buat masa ini. Tiada apa-apa yang diubah. Cuba lagi seminit lagi. Sementara itu API key anda terus berfungsi.
trouble-busy = Sibuk buat masa ini
trouble-busy-sentence = Terlalu ramai orang sedang log masuk. Tiada apa-apa yang dilakukan. Cuba lagi sebentar lagi.
trouble-failure = Itu tidak berjaya
trouble-failure-sentence = Ada masalah di pihak kami. Sebelum mengulangi perubahan, lihat sama ada ia sudah dibuat.
trouble-failure-look = Lihat API key anda
trouble-request = Permintaan <mono>{ $request }</mono>
trouble-not-possible = Tidak boleh
trouble-not-possible-title = Itu tidak boleh dilakukan
trouble-generated = Sudah ada kunci
trouble-retiring = Dua pasangan sudah aktif
trouble-ended = Ia sudah tamat
trouble-held = Kunci Live perlu menunggu selepas nombor ditukar
trouble-outdated = Ia telah diubah sementara itu
trouble-live = Belum bersedia untuk kunci Live

trouble-elsewhere = Bukan dihantar dari sini
trouble-elsewhere-sentence =
    Pelayar anda menyatakan bahawa laman lain menyebabkan permintaan ini, jadi tiada apa-apa dilakukan. Buka halaman di sini dan tekan butangnya.
trouble-method = Tiada apa-apa untuk dilihat di sini
trouble-method-sentence =
    Alamat ini hanya menerima borang, atau hanya menunjukkan halaman. Tiada apa-apa dilakukan. Kembali ke halaman dan tekan butangnya semula.
trouble-too-large = Borang terlalu besar
trouble-too-large-sentence = Yang dihantar lebih besar daripada mana-mana borang papan pemuka ini. Tiada apa-apa dilakukan.
trouble-slow = Itu mengambil masa terlalu lama
trouble-slow-sentence = Permintaan tidak sampai pada masanya. Tiada apa-apa dilakukan. Cuba lagi.
trouble-unreadable = Borang itu tidak dapat dibaca
trouble-unreadable-sentence =
    Yang dihantar bukan seperti borang di halaman ini. Tiada apa-apa dilakukan. Buka halaman semula dan gunakan borangnya.

refusal-permission-denied = Kebenaran Ditolak. Sila hubungi pemilik.
refusal-not-found = Tiada perkara begitu di sini.
refusal-wrong-credentials = E-mel atau kata laluan tidak betul.
refusal-wrong-password = Kata laluan itu tidak betul. Masukkan yang anda gunakan untuk log masuk.
refusal-too-many-attempts = Terlalu banyak kata laluan salah dari sini. Anda boleh cuba lagi { $again }.
refusal-locked = Log masuk anda dikunci selepas sembilan kod salah berturut-turut.
refusal-log-in-first = Log masuk dahulu.
refusal-step-up-needed = Masukkan OTP dahulu; yang sebelumnya sudah digunakan atau terlalu lama.
refusal-mobile-needed = Sahkan nombor telefon bimbit anda dahulu.
refusal-code-used = Kod itu sudah digunakan. Mulakan semula untuk mendapat yang baharu.
refusal-code-just-sent =
    { $seconds ->
       *[other] Kod baru sahaja dihantar ke nombor ini. Gunakannya, atau minta yang lain dalam { $seconds } saat.
    }
refusal-too-many-codes =
    { $limit ->
        [nearby] Terlalu banyak kod dihantar ke nombor seperti ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
        [brand] { -brand-name } sudah menghantar seberapa banyak kod melalui SMS yang dibenarkan hari ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
        [user] Anda sudah meminta seberapa banyak kod ke nombor baharu yang dibenarkan hari ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
        [account] Akaun anda sudah meminta seberapa banyak kod ke nombor baharu yang dibenarkan hari ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
        [new_nearby] Terlalu banyak kod dihantar ke nombor seperti ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
        [new_brand] { -brand-name } sudah menghantar seberapa banyak kod ke nombor baharu yang dibenarkan hari ini. Anda boleh meminta lagi { $again }, atau gunakan aplikasi pengesah.
       *[recipient] Nombor ini sudah menerima seberapa banyak kod yang dibenarkan buat masa ini. Anda boleh meminta lagi { $again }.
    }
refusal-already-generated = Kunci ini mempunyai pasangan yang aktif, { $key }. Jana semula jika anda memerlukan rahsia baharu.
refusal-nothing-to-regenerate = Tiada pasangan kunci ini yang masih aktif; jana yang baharu.
refusal-live-both = Akaun perlu diaktifkan dan laman web atau aplikasinya disahkan dahulu.
refusal-live-activation = Akaun perlu diaktifkan dahulu.
refusal-live-website = Laman web atau aplikasi akaun perlu disahkan dahulu.
refusal-lost-race = Kunci diubah selepas anda membuka halaman. Tiada apa-apa yang diubah oleh permintaan anda.
refusal-still-retiring =
    { $key } masih aktif sehingga { $until }, dan hanya dua pasangan bagi satu kunci boleh aktif serentak. Tamatkannya awal, atau pilih untuk menamatkan kunci lama serta-merta.
refusal-held = Anda menukar nombor telefon bimbit anda baru-baru ini. Kerana orang lain mungkin melakukannya dengan telefon anda, anda tidak boleh menjana semula kunci Live sehingga { $until }. Pemilik, Admin lain atau pasukan sokongan boleh melakukannya sekarang, dan kunci yang bocor boleh dinyahaktifkan serta-merta.
refusal-already-ended = { $key } tamat pada { $at }.
refusal-taken =
    { $field ->
        [email] Alamat e-mel itu sudah digunakan.
        [name] Nama itu sudah digunakan.
       *[other] Itu sudah ada.
    }
refusal-limits-changed = Orang lain menukar had pada { $at }. Tiada apa-apa dilakukan; lihat semula.
refusal-outdated = Ia diubah selepas anda melihatnya. Tiada apa-apa dilakukan; lihat semula.
refusal-not-locked = Ahli itu tidak dikunci.
refusal-idempotency-mismatch = Borang itu sudah digunakan untuk permintaan lain. Mulakan semula.
refusal-secret-gone = { $key } telah dibuat, tetapi rahsianya hanya boleh didapati selama sepuluh minit. Jana semula kunci untuk mendapat yang baharu.
refusal-second-factor-owed = Sediakan pengesahan dua faktor dahulu; akaun anda mewajibkannya bagi semua orang.
refusal-second-factor-required = Akaun anda mewajibkan pengesahan dua faktor bagi semua orang, jadi ia tidak boleh dimatikan.
refusal-link-over = Pautan ini sudah digunakan, atau terlalu lama, atau yang lebih baharu telah dihantar.

hint-name = Berikan nama tanpa aksara yang tidak kelihatan.
hint-mobile = Masukkan nombor telefon bimbit dengan kod negaranya, seperti +91 98765 43210.
hint-password-length = Pilih kata laluan yang terdiri daripada 8 hingga 256 aksara. Empat atau lima perkataan menjadi kata laluan yang baik.
hint-password-common = Kata laluan itu antara yang pertama akan dicuba orang. Pilih yang lain; empat atau lima perkataan menjadi kata laluan yang baik.
hint-two-factor-off = Pengesahan dua faktor sudah pun dimatikan.
