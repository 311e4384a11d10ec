### API Keys: senarai, jana, jana semula, nyahaktifkan.

keys-title = API Keys
keys-group = Tetapan laman web dan aplikasi
keys-mode = Mod { $mode }
keys-none = Belum ada kunci { $mode }
keys-none-test =
    Satu kunci ialah Key Id dengan Key Secret. Pelayan anda menghantar kedua-duanya dengan setiap permintaan. Dengan kunci Test anda boleh mencuba semuanya, dan tiada wang sebenar yang bergerak.
keys-none-live =
    Satu kunci ialah Key Id dengan Key Secret. Pelayan anda menghantar kedua-duanya dengan setiap permintaan. Dengan kunci Live wang sebenar bergerak.
keys-generate = Jana Kunci
keys-regenerate = Jana Semula Kunci
keys-shown-once = Key Secret ditunjukkan sekali sahaja, sejurus selepas ini. Sediakan tempat selamat untuknya.
keys-no-pair = Tiada pasangan kunci ini yang masih aktif. Permintaan dengan pasangan lamanya ditolak.
keys-ended = Pasangan yang tamat ({ $pairs })
keys-ended-newest = Pasangan yang tamat ({ $pairs } yang terbaharu)

pairs-working = Pasangan yang aktif. Key Secret tidak akan ditunjukkan lagi.
pairs-ended = Ini tidak berfungsi lagi dan tidak akan berfungsi semula.
pairs-key-id = Key Id
pairs-created = Dibuat pada
pairs-expiry = Tamat tempoh
pairs-status = Status
pairs-last-used = Kali terakhir digunakan
pairs-action = Tindakan
pairs-never = Tiada
pairs-not-yet = Belum lagi
pairs-current = Semasa
pairs-retiring = Akan tamat
pairs-works-until = Aktif sehingga { $until } ({ $left })
pairs-ended-mark = Tamat
pairs-ended-at = { $at }. { $why }
pairs-deactivate-now = Nyahaktifkan sekarang
pairs-why-replaced = Dijana semula
pairs-why-grace-over = Tempoh 24 jamnya telah habis
pairs-why-deactivated = Dinyahaktifkan
pairs-why-expired = Telah tamat tempoh

generated-title = Kunci { $mode } baharu anda
generated-test = Tidak menggerakkan wang sebenar.
generated-live = Menggerakkan wang sebenar.
generated-once = <strong>Key Secret ditunjukkan kali ini sahaja.</strong> Kami tidak menyimpan salinan yang boleh dibaca sesiapa. Simpan sekarang; jika hilang, jana semula kunci.
generated-key-id = Key Id
generated-key-secret = Key Secret
generated-copy-id = Salin Key Id
generated-copy-secret = Salin Key Secret
generated-copied = Disalin
generated-id-copied = Key Id disalin
generated-secret-copied = Key Secret disalin
generated-id-selected = Key Id dipilih. Salin dengan papan kekunci anda.
generated-secret-selected = Key Secret dipilih. Salin dengan papan kekunci anda.
generated-old-retiring = Kunci lama anda <mono>{ $key }</mono> aktif sehingga <strong>{ $until }</strong> ({ $left }). Gantikan dengan pasangan baharu sebelum itu.
generated-old-ended = Kunci lama anda <mono>{ $key }</mono> berhenti berfungsi pada <strong>{ $at }</strong>. Gantikan dengan pasangan baharu sekarang.
generated-also-ended = Kunci <mono>{ $key }</mono> turut ditamatkan.
generated-stay = Sudah simpan Key Secret? Ia tidak boleh ditunjukkan lagi. Tekan Selesai untuk keluar.
generated-download = Muat Turun Butiran Kunci
generated-done = Selesai
generated-code-right = Kod itu betul. Jana kunci Live anda sekarang.
generated-before-title = Sudah dilakukan
generated-before = Borang ini dihantar dua kali, dan kali pertama sudah berjaya: pasangan baharu ialah { $key }. Jika anda belum melihat rahsianya, lihat sekarang.
generated-before-show = Tunjukkan kunci baharu
generated-over = Key Secret itu tidak lagi boleh ditunjukkan. Jika ia tidak disimpan, jana semula kunci itu.

step-generate = Jana
step-save-key = Simpan kunci
step-choose = Pilih
step-save-new-key = Simpan kunci baharu
step-confirm = Sahkan

regenerate-title = Jana semula kunci { $mode }
regenerate-question = Anda akan mendapat Key Id dan Key Secret baharu menggantikan <id>{ $key }</id>. Bilakah yang lama patut berhenti berfungsi?
regenerate-question-named = Anda akan mendapat Key Id dan Key Secret baharu menggantikan <id>{ $key }</id> bagi <strong>{ $name }</strong>. Bilakah yang lama patut berhenti berfungsi?
regenerate-when = Bila kunci lama berhenti berfungsi
regenerate-now = Nyahaktifkan kunci lama serta-merta
regenerate-now-effect = Sebaik sahaja anda menekan butang, setiap permintaan dengan kunci lama ditolak. Pilih ini apabila rahsianya mungkin diketahui orang lain.
regenerate-later = Nyahaktifkan kunci lama dalam 24 jam
regenerate-later-effect = Kedua-dua kunci aktif tepat 24 jam selepas anda menekan butang: sehingga <strong>{ $until }</strong> jika anda menekannya sekarang. Selepas itu setiap permintaan dengan kunci lama ditolak. Pilih ini untuk menukar pelayan anda tanpa gangguan.
regenerate-later-not = Tidak boleh sekarang: <mono>{ $key }</mono> masih menunggu tamat, sehingga { $until } ({ $left }), dan hanya dua pasangan bagi satu kunci boleh aktif serentak.
regenerate-also = Nyahaktifkan juga { $key } sekarang
regenerate-also-effect = Jika tidak, ia terus aktif sehingga { $until }.
regenerate-secret-once = Key Secret baharu ditunjukkan sekali sahaja, sejurus selepas ini. Sediakan tempat selamat untuknya.
regenerate-choose = Pilih bila kunci lama berhenti berfungsi.
regenerate-open-again = Buka halaman semula.

deactivate-title = Nyahaktifkan kunci { $mode }
deactivate-effect = Sebaik sahaja anda menekan butang, setiap permintaan dengan kunci ini ditolak. Ini tidak boleh dibatalkan.
deactivate-otherwise = Tanpanya, kunci aktif sehingga { $until }.
deactivate-stays = Terus aktif

## Who has heard that a key is over

receipt-known-in = Diketahui oleh { $heard } daripada { $nodes } nod, { $ms } ms.
receipt-known = Diketahui oleh { $heard } daripada { $nodes } nod.
receipt-over = Tiada lagi yang menerima <mono>{ $key }</mono>.
receipt-silent = <strong>{ $node }</strong> senyap: ia mungkin masih menerima <mono>{ $key }</mono> sehingga <strong>{ $until }</strong> ({ $left }), jika permintaan sampai kepadanya.
receipt-then = Selepas itu tiada lagi yang menerimanya, apa pun berlaku. Semua nod lain sudah menolaknya.
receipt-again = Lihat semula
