### Log masuk, OTP dan nombor telefon bimbit.

login-title = Log masuk
login-to = ke { -dashboard-name }
login-email = E-mel
login-password = Kata laluan
login-button = Log masuk
login-back = Kembali ke log masuk
login-forgot = Lupa kata laluan?

otp-title = Masukkan OTP anda
otp-label = OTP
otp-verify = Sahkan
otp-resend = Hantar semula OTP
otp-send = Hantar OTP
# $purpose bermula dengan "untuk".
otp-needed = Anda memerlukan kod { $purpose }.
otp-sent = Kami telah menghantar kod 6 digit melalui SMS ke <nowrap>{ $number }</nowrap>. Kod itu boleh digunakan sekali, sehingga { $until }.
otp-delayed =
    SMS dengan kod 6 digit anda ke <nowrap>{ $number }</nowrap> belum dapat dihantar. Kami terus mencuba; kod itu sah sehingga { $until }. Jika ia tidak sampai, tekan Hantar semula OTP.
otp-sent-email = Kami telah menghantar kod 6 digit melalui e-mel ke <nowrap>{ $address }</nowrap>. Kod itu boleh digunakan sekali, sehingga { $until }.
otp-delayed-email =
    E-mel dengan kod 6 digit anda ke <nowrap>{ $address }</nowrap> belum dapat dihantar. Kami terus mencuba; kod itu sah sehingga { $until }. Jika ia tidak sampai, tekan Hantar semula OTP.
otp-app = Buka aplikasi pengesah anda dan taip kod 6 digit yang ditunjukkannya untuk { -brand-name }.
otp-app-first = Kami meminta kod daripada aplikasi pengesah anda, untuk memastikan bahawa ini memang anda.
otp-app-over = Tiada kod ditaip pada masanya, atau terlalu banyak yang salah. Mulakan semula.
otp-app-begin = Teruskan
otp-app-again = Mulakan semula
otp-backup-label = Kod sandaran
otp-backup-hint = Salah satu kod yang anda catat. Setiap satu boleh digunakan sekali.
otp-use-backup = Gunakan kod sandaran
otp-use-usual = Gunakan kod biasa
otp-lost-phone = Adakah telefon dengan nombor ini hilang sejak anda log masuk?
otp-by-email = Hantar kod melalui e-mel
otp-over = Kod yang kami hantar ke <nowrap>{ $number }</nowrap> tidak boleh digunakan lagi. Minta kod baharu.
otp-not-sent = Kami akan menghantar kod 6 digit melalui SMS ke <nowrap>{ $number }</nowrap> apabila anda menekan butang.
otp-wait =
    { $seconds ->
       *[other] Kod baharu boleh dihantar dalam { $shown } saat.
    }
otp-wait-over = Anda boleh meminta kod baharu sekarang.
otp-another = Tiada SMS selepas seminit? Minta kod lain. Hanya kod yang terbaharu boleh digunakan.
otp-never-tell = Jangan beritahu kod ini kepada sesiapa. Tiada sesiapa di { -brand-name } akan memintanya daripada anda.
otp-sent-for-another-login = Nombor anda baru sahaja menerima kod untuk log masuk yang lain, jadi belum ada kod dihantar untuk yang ini.
otp-wrong =
    { $tries ->
        [0] Kod itu tidak betul, dan tiada percubaan lagi. Minta kod baharu.
       *[other] Kod itu tidak betul. Tinggal { $tries } percubaan.
    }
otp-expired = Kod itu telah luput. Minta kod baharu.

purpose-log-in = untuk log masuk ke { -dashboard-name }
purpose-generate-live = untuk menjana kunci Live
purpose-regenerate = untuk menjana semula kunci { $mode } anda { $key }
purpose-deactivate = untuk menyahaktifkan kunci { $mode } anda { $key }
purpose-change-limits = untuk menukar had kunci { $mode } anda { $name }
purpose-verify-mobile = untuk mengesahkan nombor telefon bimbit ini
purpose-two-factor-on = untuk menghidupkan pengesahan dua faktor
purpose-two-factor-off = untuk mematikan pengesahan dua faktor
purpose-change-mobile = untuk menukar nombor telefon bimbit anda
purpose-change-app = untuk menyediakan atau menukar aplikasi pengesah anda
purpose-backup-codes = untuk mendapatkan kod sandaran baharu
purpose-change-password = untuk menukar kata laluan anda

mobile-verify = Sahkan nombor telefon bimbit anda
mobile-verify-reason = Kami menghantar kod ke telefon bimbit anda { $purpose }. Anda belum mengesahkan sebarang nombor.
mobile-change = Tukar nombor telefon bimbit anda
mobile-change-reason = Kami menghantar kod ke nombor baharu. Nombor lama anda kekal sehingga kod itu dimasukkan.
mobile-label = Nombor telefon bimbit
mobile-hint = Tanpa kod negara, kami anggap { $code }. Kod dihantar melalui SMS.
mobile-password = Kata laluan
mobile-password-hint = Yang anda gunakan untuk log masuk, supaya orang lain tidak boleh meletakkan nombor mereka di sini.
mobile-other-country = Kod tidak dihantar ke nombor negara itu. Gunakan nombor lain.

step-mobile = Nombor telefon bimbit
step-otp = OTP
