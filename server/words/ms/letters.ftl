### Apa yang dikatakan surat: e-mel, dan mesej teks ke telefon bimbit. Mesej dengan kod tidak mengandungi digit lain yang kelihatan seperti kod.

letters-subject = { -brand-name }: { $heading }
letters-help = Bantuan: { $support }
letters-or-open = Atau buka alamat ini: { $url }
letters-automatic = E-mel ini dihantar oleh { -dashboard-name } secara automatik. Balasan kepadanya tidak dibaca.
letters-not-you =
    Jika ini bukan anda atau pasukan anda, log masuk ke { -dashboard-name }, tukar kata laluan anda, dan pastikan kunci yang mungkin dilihat orang lain dijana semula.
letters-tell-us = Jika anda tidak menjangkakan ini, beritahu kami segera: { $support }
letters-tell-somebody = Jika anda tidak menjangkakan ini, beritahu kami segera.
letters-ignore = Jika anda tidak tahu apa ini, abaikan e-mel ini.
letters-log-in = Log masuk
letters-see-keys = Lihat API key anda
letters-fact = { $name }: { $value }
letters-when = Bila
letters-key-id = Key Id
letters-new-key-id = Key Id baharu
letters-old-key-id = Key Id lama
letters-works-until = Aktif sehingga
letters-last-used = Kali terakhir digunakan
letters-mobile = Nombor telefon bimbit
letters-account = Akaun
letters-role = Peranan
letters-owner = Pemilik
letters-member = Ahli pasukan
letters-network-address = Alamat
letters-browser = Pelayar
letters-website = Laman web atau aplikasi
letters-reason = Sebab

# $action bermula dengan "untuk".
letters-code-sms =
    { $code } ialah OTP { -brand-name } anda { $action }. Sah sehingga { $until }. Jangan kongsi dengan sesiapa.
letters-code-heading = OTP anda { $action }
letters-code-text = { $code } ialah OTP anda { $action }. Ia boleh digunakan sekali, sehingga { $until }.
letters-code-caution = Jangan kongsi dengan sesiapa. Jika anda tidak memintanya, tukar kata laluan anda.

letters-action-log-in = untuk log masuk ke { -dashboard-name }
letters-action-generate-live = untuk menjana API key Live
letters-action-regenerate =
    { $mode ->
        [live] untuk menjana semula API key Live anda
       *[test] untuk menjana semula API key Test anda
    }
letters-action-deactivate =
    { $mode ->
        [live] untuk menyahaktifkan API key Live yang berakhir dengan { $end }
       *[test] untuk menyahaktifkan API key Test yang berakhir dengan { $end }
    }
letters-action-change-limits =
    { $mode ->
        [live] untuk menukar had API key Live
       *[test] untuk menukar had API key Test
    }
letters-action-verify-mobile = untuk mengesahkan nombor telefon bimbit ini
letters-action-two-factor-on = untuk menghidupkan pengesahan dua faktor
letters-action-two-factor-off = untuk mematikan pengesahan dua faktor
letters-action-invite-admin = untuk menjemput seorang Pentadbir
letters-action-make-admin = untuk menjadikan seorang ahli Pentadbir
letters-action-reset-two-factor = untuk menetapkan semula pengesahan dua faktor seorang ahli
letters-action-transfer-ownership = untuk memindahkan pemilikan akaun anda
letters-action-team-two-factor-off = untuk tidak lagi mewajibkan pengesahan dua faktor bagi pasukan anda
letters-action-change-mobile = untuk menukar nombor telefon bimbit anda
letters-action-set-up-app = untuk menyediakan aplikasi pengesah anda
letters-action-change-app = untuk menukar aplikasi pengesah anda
letters-action-backup-codes = untuk mendapatkan kod sandaran baharu
letters-action-change-password = untuk menukar kata laluan anda

letters-generated-heading =
    { $mode ->
        [live] API key Live telah dijana
       *[test] API key Test telah dijana
    }
letters-generated-text = Ia berfungsi mulai sekarang. Key Secretnya telah ditunjukkan sekali dan tidak boleh ditunjukkan lagi.
letters-regenerated-heading =
    { $mode ->
        [live] API key Live telah dijana semula
       *[test] API key Test telah dijana semula
    }
letters-regenerated-later =
    Kunci lama aktif sehingga { $until }. Gantikan dengan yang baharu di mana-mana ia digunakan sebelum itu.
letters-regenerated-now = Kunci lama tidak berfungsi lagi. Gantikan dengan yang baharu di mana-mana ia digunakan.
letters-deactivated-heading =
    { $mode ->
        [live] API key Live telah dinyahaktifkan
       *[test] API key Test telah dinyahaktifkan
    }
letters-deactivated-text = Ia tidak berfungsi lagi. Permintaan yang masih menggunakannya ditolak.
letters-ending-heading =
    { $mode ->
        [live] API key Live yang lama akan berhenti berfungsi tidak lama lagi
       *[test] API key Test yang lama akan berhenti berfungsi tidak lama lagi
    }
letters-ending-used =
    Kunci lama aktif sehingga { $until }, dan ia masih digunakan: permintaan terakhir dengannya datang pada { $at }. Gantikan dengan kunci baharu sebelum itu, jika tidak permintaan itu akan ditolak.
letters-ending-unused =
    Kunci lama aktif sehingga { $until }. Tiada sesiapa menggunakannya dalam beberapa jam yang lalu; permintaan terakhir dengannya datang pada { $at }.
letters-ending-never-used = Kunci lama aktif sehingga { $until }. Tiada permintaan pernah dibuat dengannya.

letters-locked-heading = Log masuk anda telah dikunci
letters-locked-text = Terlalu banyak OTP salah dimasukkan, jadi log masuk anda ke { -dashboard-name } telah dikunci.
letters-locked-unlock =
    Pemilik akaun anda boleh membuka kuncinya. Jika anda pemiliknya, hubungi sokongan. API key terus berfungsi.
letters-locked-caution = Jika itu bukan anda, seseorang mengetahui kata laluan anda: tukarnya sebaik sahaja kunci dibuka.
letters-mobile-heading = OTP anda kini dihantar ke nombor telefon bimbit ini
letters-mobile-text = Ia telah disahkan untuk { -dashboard-name }. Nombor sebelum ini, jika ada, tidak lagi berkuat kuasa.
letters-mobile-sms = { -brand-name }: OTP untuk log masuk anda kini dihantar ke nombor telefon bimbit lain. Jika ini bukan anda, hubungi kami segera.
letters-two-factor-on-heading = Pengesahan dua faktor telah dihidupkan
letters-two-factor-on-text = Mulai sekarang log masuk memerlukan kata laluan anda dan OTP.
letters-two-factor-off-heading = Pengesahan dua faktor telah dimatikan
letters-two-factor-off-text = Mulai sekarang log masuk memerlukan kata laluan anda sahaja.
letters-app-removed-heading = Aplikasi pengesah anda telah dibuang
letters-app-removed-sms = Mulai sekarang log masuk memerlukan kata laluan anda dan OTP yang dihantar ke nombor telefon bimbit anda.
letters-reset-factor-heading = Pengesahan dua faktor telah ditetapkan semula
letters-reset-factor-text =
    Nombor telefon bimbit dan aplikasi pengesah anda tidak lagi dikira untuk { -dashboard-name }, dan semua peranti anda telah dilog keluar.
letters-reset-factor-next = Log masuk dengan kata laluan anda dan sediakan semula pengesahan dua faktor.
letters-signed-in-heading = Anda log masuk dari peranti baharu
letters-signed-in-text =
    Seseorang log masuk ke { -dashboard-name } dengan kata laluan anda, dari peranti yang belum pernah dilihat.
letters-password-heading = Kata laluan anda telah ditukar
letters-password-text = Peranti anda yang lain telah dilog keluar.
letters-password-not-me = Saya tidak melakukan ini
letters-new-password-heading = Tetapkan kata laluan baharu
letters-new-password-text = Seseorang, mungkin anda, meminta kata laluan baharu untuk { -dashboard-name }.
letters-new-password-until = Pautan boleh digunakan sekali, sehingga { $until }.
letters-new-password-caution = Jika anda tidak memintanya, jangan buat apa-apa: kata laluan anda kekal.

letters-member-mobile-heading = Nombor telefon bimbit seorang ahli pasukan telah ditukar
letters-member-mobile-text = OTP mereka dihantar ke nombor lain mulai sekarang.
letters-member-on-heading = Seorang ahli pasukan menghidupkan pengesahan dua faktor
letters-member-on-text = Log masuk mereka memerlukan kata laluan dan OTP mulai sekarang.
letters-member-off-heading = Seorang ahli pasukan mematikan pengesahan dua faktor
letters-member-off-text = Log masuk mereka memerlukan kata laluan sahaja mulai sekarang.
letters-member-reset-heading = Pengesahan dua faktor seorang ahli pasukan telah ditetapkan semula
letters-member-reset-text = Mereka perlu menyediakannya semula.
letters-member-locked-heading = Seorang ahli pasukan telah dikunci
letters-member-locked-text =
    Terlalu banyak OTP salah dimasukkan untuk log masuk mereka. Anda boleh membuka kunci mereka di Urus Pasukan. API key terus berfungsi.
letters-member-password-heading = Kata laluan seorang ahli pasukan telah ditukar
letters-member-password-text = Peranti mereka yang lain telah dilog keluar.
letters-member-caution = Jika mereka tidak tahu tentangnya, keluarkan mereka daripada pasukan sehingga jelas.
letters-manage-team = Urus Pasukan

letters-invited-heading = Anda dijemput ke { $account }
letters-invited-text = { $inviter } menjemput anda ke akaun { $account } di { -dashboard-name }.
letters-invited-until = Jemputan boleh digunakan sekali, sehingga { $until }.
letters-invited-accept = Terima jemputan
letters-role-heading = Peranan anda di { $account } telah ditukar
letters-role-text = Peranan anda di situ ialah { $role } mulai sekarang.
letters-removed-heading = Anda telah dikeluarkan daripada { $account }
letters-removed-text =
    Anda tidak boleh lagi membuka akaun ini di { -dashboard-name }. Jika itu satu kesilapan, tanya pemiliknya.
letters-ownership-heading = { $account } mempunyai pemilik baharu
letters-ownership-text =
    { $owner } memiliki akaun { $account } mulai sekarang. Pemilik sebelumnya ialah pentadbir di situ.

letters-activated-heading = { $account } telah diaktifkan
letters-activated-text = Akaun { $account } aktif di { -dashboard-name }.
letters-returned-heading = { $account } belum boleh diaktifkan
letters-mend = Ada yang perlu dibetulkan dahulu. Betulkan dan hantar semula butirannya.
letters-returned-link = Lihat apa yang kurang
letters-website-verified-heading = Laman web atau aplikasi anda telah disahkan
letters-website-verified-text = Ia dikira untuk Live Mode mulai sekarang.
letters-website-returned-heading = Laman web atau aplikasi anda belum dapat disahkan
letters-website-link = Butiran laman web perniagaan
