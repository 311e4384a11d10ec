### Akaun & Tetapan: jalan ke semua yang boleh ditetapkan.

settings-website-and-app = Tetapan laman web dan aplikasi
settings-all = Tetapan
settings-keys = API Keys
settings-keys-hint = Jana dan jana semula kunci { $mode ->
    [live] Live
   *[test] Test
}
settings-website = Butiran laman web perniagaan
settings-website-hint = Tempat pelanggan anda membayar, dan sama ada ia disahkan
settings-activation = Pengaktifan akaun
settings-activation-hint = Perniagaan siapa ini, dan sama ada ia boleh menerima pembayaran sebenar
settings-team-and-profile = Pasukan dan profil
settings-team = Urus Pasukan
settings-team-hint = Siapa boleh log masuk ke akaun ini, dan sebagai apa
settings-profile = Profil Anda
settings-profile-hint = Nombor telefon bimbit, pengesahan dua faktor, tempat anda log masuk
