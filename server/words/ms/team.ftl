### Urus Pasukan: ahli, jemputan, pemilik; dan akaun yang seseorang bertukar antaranya.

team-title = Urus Pasukan
team-members = Ahli
team-member = Ahli
team-role = Peranan
team-two-factor = Dua faktor
team-last-seen = Kali terakhir dilihat
team-never-seen = Belum lagi
team-you = (anda)
team-on = Hidup
team-off = Mati
team-locked = Dikunci
team-unlock = Buka kunci
team-manage = Urus
team-rules = Hanya pemilik dan pentadbir melihat dan mengubah API key. Sembilan kod salah berturut-turut mengunci ahli; pemilik membuka kunci ahli, dan { -brand-name } membuka kunci pemilik.
team-roles = Peranan
team-roles-one = Ada satu peranan: { $last }.
team-roles-many = Ada { $count } peranan: { $first } dan { $last }.

team-invite = Jemput seseorang
team-invite-hint = Mereka menerima surat dengan pautan yang boleh digunakan sekali, selama tujuh hari. Sesiapa yang sudah mempunyai log masuk di { -brand-name } mengekalkannya.
team-email = E-mel
team-choose-role = Peranan
team-role-hint = Pentadbir melihat dan mengubah API key, dan memerlukan kod daripada anda dahulu. Tiada sesiapa selain anda menguruskan pasukan.
team-send-invitation = Hantar jemputan
team-invitations = Jemputan belum diterima
team-invited = Dijemput
team-status = Status
team-invitation-until = Sah sehingga { $until }
team-invitation-over = Luput pada { $until }. Hantar semula untuk pautan baharu.
team-invitation-held = Belum dihantar: ia memerlukan kod daripada anda.
team-invitation-dead = Pautannya tidak berfungsi lagi: orang yang menghantarnya tidak lagi menguruskan pasukan. Hantar semula.
team-go-on = Teruskan
team-send-again = Hantar semula
team-cancel-invitation = Batal
team-sent = Jemputan sedang dihantar.
team-sent-again = Pautan baharu sedang dihantar. Yang lama tidak berfungsi lagi.
team-cancelled = Jemputan dibatalkan. Pautannya tidak berfungsi lagi.
team-in-team = Seseorang dengan alamat ini sudah berada dalam pasukan.
team-invited-already = Alamat ini sudah dijemput. Hantar semula jemputan itu, atau batalkannya dahulu.
team-choose-one = Pilih salah satu peranan.
team-transfer-locked = Log masuk mereka dikunci. Buka kuncinya dahulu.
team-too-many-pending = Akaun ini sudah mempunyai seberapa banyak jemputan yang dibenarkan, sama ada belum diterima atau dihantar sepanjang hari lalu: { $most }. Batalkan beberapa, atau tunggu hingga esok.
team-too-often = Jemputan ini baru sahaja dihantar, atau sudah lima kali dalam sehari. Anda boleh menghantarnya lagi { $again }.
# Selepas "Anda memerlukan kod".
team-code-invite = untuk menjemput seorang Pentadbir
team-confirm-invite = Hantar jemputan ini?
team-confirm-invite-words = { $email } akan dijemput menyertai { $account } sebagai { $role }. Pentadbir menjana, melihat dan menyahaktifkan API key.

team-back = Kembali ke Urus Pasukan
team-email-address = Alamat e-mel
team-change-role = Tukar peranan
team-change-role-hint = Ia berkuat kuasa dari halaman berikut yang mereka buka.
team-save-role = Simpan peranan
team-role-changed = Peranan telah ditukar. Ia berkuat kuasa dari halaman berikut yang mereka buka.
# Selepas "Anda memerlukan kod".
team-code-admin = untuk menjadikan seorang ahli Pentadbir
team-make-admin = Jadikan { $name } Pentadbir?
team-make-admin-words = Pentadbir menjana, melihat dan menyahaktifkan API key { $account }, dalam kedua-dua mod.
team-make-admin-button = Jadikan Pentadbir
team-unlock-words = Sembilan kod salah berturut-turut telah mengunci log masuk ini. Buka kuncinya apabila anda pasti itu memang mereka.
team-unlocked = Ahli itu boleh log masuk semula.
team-reset = Tetapkan semula dua faktor
team-reset-words = Untuk telefon yang hilang: nombor telefon bimbit dan aplikasi pengesah mereka dilupakan, mereka dilog keluar di mana-mana, dan menyediakan yang baharu pada log masuk berikutnya.
team-reset-ask = Tetapkan semula dua faktor { $name }?
team-reset-button = Tetapkan semula dua faktor sekarang
team-reset-done = Dua faktor telah ditetapkan semula. Ahli itu menyediakannya semula pada log masuk berikutnya.
# Selepas "Anda memerlukan kod".
team-code-reset = untuk menetapkan semula dua faktor seorang ahli
team-elsewhere = Hanya { -brand-name } boleh melakukan ini bagi orang yang turut berada dalam akaun lain, dan bagi pemilik. Minta daripada sokongan.
team-remove = Keluarkan daripada pasukan
team-remove-words = { $name } kehilangan akses kepada { $account } pada halaman berikut yang dibukanya. Log masuk dan akaun lainnya kekal.
team-remove-button = Keluarkan { $name }
team-removed = Ahli itu telah dikeluarkan. Apa yang dibukanya kini tertutup baginya.

team-transfer = Pindahkan pemilikan
team-transfer-link = Jadikan { $name } pemilik
team-transfer-words = { $name } menjadi pemilik { $account }: menguruskan pasukan, dan boleh mengeluarkan anda. Anda menjadi Pentadbir. Hanya pemilik baharu boleh membatalkannya.
team-password = Kata laluan
team-password-hint = Yang anda gunakan untuk log masuk. Selepasnya kami meminta kod.
team-transfer-go-on = Teruskan
team-transfer-ask = Jadikan { $name } pemilik?
team-transfer-button = Pindahkan pemilikan sekarang
team-transfer-number = Pemindahan memerlukan kod ke telefon bimbit anda atau daripada aplikasi pengesah anda. <link>Sediakannya di Profil Anda</link> dahulu.
# Selepas "Anda memerlukan kod".
team-code-transfer = untuk memindahkan pemilikan
team-owner-stays = Sebuah akaun sentiasa mempunyai seorang pemilik. Pindahkan pemilikan kepada orang lain dahulu.

team-all-two-factor = Dua faktor untuk seluruh pasukan
team-all-on = Semua orang memerlukan faktor kedua untuk log masuk. Sesiapa yang tiada menyediakannya pada log masuk berikutnya.
team-all-off = Ahli memilih sendiri sama ada log masuk memerlukan kod.
team-all-require = Wajibkan dua faktor bagi semua orang
team-all-no-longer = Tidak lagi mewajibkannya
team-all-ask = Tidak lagi mewajibkan dua faktor?
team-all-ask-words = Selepas itu kata laluan sahaja sudah mencukupi bagi ahli yang mematikannya.
team-all-first = Hidupkan pengesahan dua faktor untuk diri anda dahulu, di Profil Anda.
# Selepas "Anda memerlukan kod".
team-code-all = untuk tidak lagi mewajibkan dua faktor bagi pasukan

account-switch = Tukar akaun
account-leave = Tinggalkan akaun ini
account-leave-title = Tinggalkan { $account }?
account-leave-words = Anda kehilangan akses kepada { $account } serta-merta. Hanya jemputan pemiliknya boleh membawa anda kembali. Log masuk dan akaun lain anda kekal.
account-leave-button = Tinggalkan akaun
account-closed-title = Anda tiada dalam akaun ini
account-closed = Anda tidak lagi berada dalam akaun bagi halaman ini, atau belum lagi.
account-others = Pergi ke akaun anda yang lain:
account-none = Anda tiada dalam akaun lain di { -brand-name }.
account-switched-meanwhile = Anda telah bertukar ke akaun lain sejak halaman itu dibuka. Tiada apa-apa dilakukan. Sekarang ini ialah { $account }.

invitation-title = Anda dijemput
invitation-by = { $inviter } menjemput anda ke akaun { $account }.
invitation-by-brand = { -brand-name } menjemput anda ke akaun { $account }.
invitation-owner = Akaun { $account } telah dibuka untuk anda di { -dashboard-name }.
invitation-until = Pautan boleh digunakan sekali, sehingga { $until }.
invitation-email = Alamat e-mel anda untuk log masuk
invitation-name = Nama anda
invitation-password = Pilih kata laluan
invitation-password-hint = 8 aksara atau lebih. Empat atau lima perkataan menjadi kata laluan yang baik.
invitation-accept = Terima jemputan
invitation-log-in-words = Anda mempunyai log masuk dengan alamat e-mel ini. Log masuk untuk menerima; pautan sahaja tidak akan membukanya.
invitation-log-in = Log masuk untuk menerima
invitation-other = Anda log masuk sebagai { $email }, dan jemputan ini untuk alamat lain. Log keluar, kemudian buka semula pautan dalam surat anda.
invitation-over-title = Jemputan ini sudah tamat
invitation-over = Pautan telah digunakan, dibatalkan, diganti dengan yang kemudian, atau lebih lama daripada tujuh hari. Minta yang baharu daripada orang yang menjemput anda, atau log masuk jika anda sudah menerimanya.
