### Profil Anda, dan apa yang ahli ubah pada log masuknya sendiri: nombor, kata laluan, pengesahan dua faktor, peranti.

profile-you = Anda
profile-name = Nama
profile-email = Alamat e-mel
profile-role = Peranan
profile-role-of = { $role } di { $account }
profile-zone = Zon masa
profile-zone-hint = Masa mengikut pelayar anda, atau zon { -brand-name } tanpa JavaScript.
profile-done-password = Kata laluan anda telah ditukar. Semua peranti anda yang lain telah dilog keluar.
profile-done-app-removed = Aplikasi pengesah anda telah dibuang. Semua peranti anda yang lain telah dilog keluar.
profile-done-others = Semua peranti anda yang lain telah dilog keluar.

profile-mobile = Telefon bimbit
profile-mobile-verified = Disahkan
profile-mobile-not-verified = Belum disahkan
profile-mobile-change = Tukar nombor telefon bimbit
profile-mobile-add = Tambah nombor telefon bimbit
profile-mobile-use = Kami menghantar OTP kepadanya: untuk log masuk, dan sebelum kunci dijana semula.
profile-mobile-use-app = Kod diminta daripada aplikasi pengesah anda, bukan daripadanya.
profile-mobile-verify = Sahkan satu nombor sekarang. Anda memerlukannya untuk menjana semula kunci dan untuk pengesahan dua faktor.
profile-mobile-none = Anda tiada nombor telefon bimbit di sini. Anda tidak memerlukannya selagi anda menggunakan aplikasi pengesah.

password-label = Kata laluan
profile-password = Kata laluan
profile-password-what = Anda log masuk dengannya. Tiada sesiapa di { -brand-name } mengetahuinya atau akan memintanya daripada anda.
profile-password-change = Tukar kata laluan
password-title = Tukar kata laluan anda
password-what = Semua peranti anda yang lain dilog keluar apabila ia ditukar.
password-current = Kata laluan semasa
password-new = Kata laluan baharu
password-hint = Sekurang-kurangnya 8 aksara. Empat atau lima perkataan menjadi kata laluan yang baik; kata laluan yang dicuba dahulu oleh semua orang ditolak.
password-change = Tukar kata laluan
forgot-title = Lupa kata laluan?
forgot-what = Taip alamat e-mel yang anda gunakan untuk log masuk. Kami menghantar pautan untuk menetapkan kata laluan baharu.
forgot-send = Hantar pautan
forgot-again = Hantar sekali lagi
forgot-sent = Jika seseorang log masuk dengan { $address }, satu pautan sedang dihantar ke situ. Ia boleh digunakan sekali, selama 30 minit.
forgot-sent-next = Tiada apa-apa selepas beberapa minit? Lihat dalam mel yang tidak dikehendaki, atau semak alamatnya. Hanya pautan terbaharu berfungsi.
reset-title = Tetapkan kata laluan baharu
reset-what = Semua peranti anda dilog keluar apabila anda menetapkannya. Dengan pengesahan dua faktor, kod anda diminta pada log masuk berikutnya seperti biasa.
reset-set = Tetapkan kata laluan
reset-over = Pautan ini tidak berfungsi lagi
reset-again = Minta pautan lain
reset-done = Kata laluan baharu anda telah ditetapkan. Log masuk dengannya.

profile-two-factor = Pengesahan dua faktor
profile-two-factor-on = Hidup
profile-two-factor-off = Mati
profile-two-factor-is-on = Log masuk memerlukan kata laluan anda dan kod yang dihantar ke telefon bimbit anda. Setelah memberikan kod semasa log masuk, anda tidak memerlukan kod lain untuk menjana semula kunci.
profile-two-factor-is-on-app = Log masuk memerlukan kata laluan anda dan kod daripada aplikasi pengesah anda. Setelah memberikan kod semasa log masuk, anda tidak memerlukan kod lain untuk menjana semula kunci.
profile-two-factor-is-off = Dengannya, tiada sesiapa boleh log masuk sebagai anda dengan kata laluan sahaja: setiap log masuk juga memerlukan kod yang dihantar ke telefon bimbit anda.
profile-two-factor-is-off-app = Dengannya, tiada sesiapa boleh log masuk sebagai anda dengan kata laluan sahaja: setiap log masuk juga memerlukan kod daripada aplikasi pengesah anda.
profile-two-factor-required = Akaun yang anda sertai mewajibkannya bagi semua orang, jadi ia tidak boleh dimatikan.
profile-two-factor-hint = Kami memintanya, dan kod yang dihantar ke telefon bimbit anda, sebelum ini berubah.
profile-two-factor-hint-app = Kami memintanya, dan kod daripada aplikasi pengesah anda, sebelum ini berubah.
profile-two-factor-none = Sahkan nombor telefon bimbit anda dahulu, atau sediakan aplikasi pengesah.
profile-turn-on = Hidupkan dua faktor
profile-turn-off = Matikan dua faktor
profile-app = Aplikasi pengesah
profile-app-since = Digunakan sejak { $since }.
profile-app-none = Lebih kukuh daripada SMS: tiada sesiapa boleh mendapat kod dengan mengambil alih nombor anda, dan kod diperoleh tanpa rangkaian.
profile-app-set-up = Sediakan aplikasi pengesah
profile-app-change = Ganti atau buang aplikasi
profile-backup = Kod sandaran
profile-backup-left =
    { $left ->
        [0] Anda tiada kod sandaran lagi. Dapatkan yang baharu.
       *[other] Anda mempunyai { $left } kod sandaran lagi. Setiap satu boleh digunakan sekali sebagai ganti kod.
    }
profile-backup-none = Kod untuk dicatat, bagi hari telefon anda tiada. Setiap satu boleh digunakan sekali.
profile-backup-get = Dapatkan kod sandaran
profile-backup-renew = Dapatkan kod sandaran baharu

app-title = Aplikasi pengesah
app-what = Aplikasi pengesah di telefon anda membuat kod baharu setiap 30 saat, tanpa SMS. Mana-mana aplikasi kata laluan sekali guna boleh digunakan.
app-begin-title = Sediakan aplikasi pengesah
app-begin = Sediakan
app-replace-title = Ganti aplikasi pengesah anda
app-replace-what = Aplikasi lama berfungsi sehingga kod pertama aplikasi baharu dimasukkan.
app-replace = Sediakan aplikasi lain
app-remove-title = Buang aplikasi
app-remove-sms = Kod akan dihantar semula melalui SMS ke nombor telefon bimbit anda. Itu lebih lemah: sesiapa yang mengambil alih nombor anda mendapatnya.
app-remove-off = Anda tiada nombor telefon bimbit, jadi pengesahan dua faktor turut dimatikan: log masuk memerlukan kata laluan anda sahaja.
app-remove = Buang aplikasi
app-remove-password = Kata laluan, untuk membuangnya
app-scan-title = Sediakan aplikasi pengesah anda
app-scan-open = Buka aplikasi dan pilih untuk menambah akaun.
app-scan-picture = Imbas gambar ini, atau taip kunci di bawahnya.
app-scan-code = Taip kod 6 digit yang ditunjukkan aplikasi kemudiannya.
app-qr = Gambar untuk diimbas dengan aplikasi pengesah anda; kunci di bawah menyatakan perkara yang sama
app-secret = Kunci untuk ditaip
app-open-here = Buka dalam aplikasi di peranti ini
app-code-hint = Mulai sekarang aplikasi diminta kodnya pada setiap log masuk. Kami menunggu kod pertamanya sehingga { $until }.
app-done = Aplikasi pengesah anda telah disediakan. Mulai sekarang kodnya diminta pada setiap log masuk.

backup-title = Kod sandaran
backup-what = Sepuluh kod untuk dicatat, bagi hari telefon anda tiada. Setiap satu boleh digunakan sekali sebagai ganti kod telefon atau aplikasi anda.
backup-replaces =
    { $left ->
       *[other] Anda mempunyai { $left } kod lagi. Kod itu berhenti berfungsi apabila anda mendapatkan yang baharu.
    }
backup-draw = Tunjukkan kod sandaran baharu
backup-shown-title = Catat kod ini
backup-once = Kod ini ditunjukkan sekali sahaja. Simpan di tempat yang tidak dilihat orang lain, dan bukan di telefon anda sahaja.
backup-done = Saya telah mencatatnya

set-up-title = Sediakan pengesahan dua faktor
set-up-required = { $account } mewajibkan pengesahan dua faktor bagi semua orang di dalamnya. Pilih caranya, kemudian anda boleh meneruskan.
set-up-reset = Faktor kedua anda telah ditetapkan semula. Pilih yang baharu, kemudian anda boleh meneruskan.
set-up-app = Gunakan aplikasi pengesah
set-up-app-title = Dengan aplikasi pengesah
set-up-number-title = Dengan nombor telefon bimbit anda
set-up-number-known = Kami menghantar kod ke { $number } pada setiap log masuk.
set-up-number-new = Kami menghantar kod ke nombor telefon bimbit anda pada setiap log masuk. Sahkan nombor itu sekarang.

profile-sessions = Tempat anda log masuk
profile-device = { $browser } di { $system }
profile-device-unknown = Peranti tidak dikenali
profile-this-device = Peranti ini
profile-session = { $address } · sejak { $since } · kali terakhir { $seen }
profile-end-session = Log keluar peranti ini
profile-end-others = Log keluar semua peranti lain
