### Bahagian di sekeliling halaman bantuan. Halamannya sendiri dalam bahasa Inggeris, dalam folder `help`.

help-all = Semua halaman bantuan
help-on-this-page = Di halaman ini
help-broken = Sebahagian halaman ini tidak dapat ditunjukkan buat masa ini. Selebihnya betul.
help-turn = Halaman sebelum dan berikutnya
help-previous = Sebelum:
help-next = Berikutnya:
