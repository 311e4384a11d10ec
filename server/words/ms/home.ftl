### Halaman selepas log masuk.

home-title = Utama
home-hello = Helo, { $name }
home-keys = Kunci { $mode }
home-keys-working = { $keys } aktif
home-keys-none = Belum ada
home-keys-some = Permintaan anda dalam mod ini boleh dikenali. Jana semula pasangan apabila rahsianya hilang atau mungkin diketahui orang lain.
home-keys-first = Buat satu pasangan Key Id dan Key Secret, dan hantar permintaan pertama anda dalam seminit.
home-keys-later = Kunci Live boleh didapati selepas langkah di halaman ini selesai. Sementara itu, bina dengan kunci Test.
home-keys-open = Buka kunci { $mode }
home-ready = Bersedia untuk pembayaran sebenar
home-role = Anda log masuk sebagai { $role }
home-role-keys = API key disimpan oleh pemilik dan pentadbir akaun ini. Profil anda dan halaman bantuan terbuka untuk anda.
