### Mengapa permintaan ditolak: halamannya, kad di API Keys, dan petunjuk tentang pasangan yang tamat.

refusals-title = Permintaan yang ditolak
refused-title = Mengapa permintaan ditolak?
refused-some = Sesiapa yang menghantar permintaan hanya diberitahu “Authentication failed”. Inilah sebabnya.
refused-none =
    Tiada permintaan dengan kunci { $mode } anda yang ditolak baru-baru ini. Apabila ada, sebab sebenarnya ditunjukkan di sini. Program yang menghantarnya hanya diberitahu “Authentication failed”.
refusals-all = Lihat semua permintaan yang ditolak, dengan bilangan dan sumber
refusals-kept = Setiap catatan kekal tiga puluh hari selepas permintaan terakhir seumpamanya.
refusals-which = Kunci yang mana
refusals-all-keys = Semua kunci
refusals-back = API Keys
refusals-key-id = Key Id

refusals-over-time = Berapa banyak, dan bila
refusals-last-hour = Sejam yang lalu, minit demi minit
refusals-last-days = Dua hari yang lalu, jam demi jam
refusals-chart-minutes =
    { $count ->
       *[other] { $count } permintaan ditolak, paling banyak { $top } dalam seminit.
    }
refusals-chart-hours =
    { $count ->
       *[other] { $count } permintaan ditolak, paling banyak { $top } dalam sejam.
    }
refusals-numbers = Angka yang sama dalam jadual
refusals-numbers-caption = Yang tidak disenaraikan tiada apa-apa.
refusals-begins = Bermula
refusals-refused = Ditolak

refused-times =
    { $times ->
       *[other] { $times } kali
    }
refusals-first = Pertama
refusals-last = Terakhir
refusals-how-often = Berapa kerap
refusals-often =
    { $times ->
       *[other] { $times } kali; { $hour } dalam sejam yang lalu, { $day } dalam 24 jam yang lalu
    }
refusals-pair-ended = Pasangan tamat
refusals-from = Dari
refusals-unknown-address = alamat yang tidak diketahui
refusals-source = <mono>{ $address }</mono>
refusals-source-agent = <mono>{ $address }</mono>, yang menamakan dirinya <mono>{ $agent }</mono>
refusals-source-times =
    { $times ->
        [1] sekali, { $last }
       *[other] { $times } kali, terakhir { $last }
    }

still-used-title = Pasangan yang tamat masih digunakan
still-used-hour =
    { $count ->
       *[other] <id>{ $key_id }</id> tamat { $ago } dan masih digunakan: { $count } permintaan dalam sejam yang lalu, yang terakhir { $last } dari { $source }.
    }
still-used-day =
    { $count ->
       *[other] <id>{ $key_id }</id> tamat { $ago } dan masih digunakan: { $count } permintaan dalam 24 jam yang lalu, yang terakhir { $last } dari { $source }.
    }
still-used-advice = Permintaannya ditolak. Letakkan pasangan semasa di tempat yang ini digunakan.

time-ago-moment = kurang seminit yang lalu
time-ago-minutes = { $minutes } minit yang lalu
time-ago-hours = { $hours } jam yang lalu
time-ago-days = { $days } hari yang lalu

refused-unknown-key = Key Id tidak dikenali
refused-unknown-key-advice = Salin semula dari halaman ini; huruf besar dan kecil dibezakan.
refused-wrong-secret = Key Secret salah
refused-wrong-secret-advice = Mungkin ia milik pasangan lain, atau rahsia webhook. Jika hilang, jana semula kunci.
refused-ended = Pasangan itu telah tamat
refused-ended-advice = Masih ada yang menggunakan pasangan lama. Letakkan pasangan semasa di situ.
refused-expired = Pasangan itu telah tamat tempoh
refused-expired-advice = Jana yang baharu dan letakkan di tempat yang ini digunakan.
refused-wrong-mode = Kunci bagi mod yang lain
refused-wrong-mode-advice = Permintaan itu memerlukan mod yang lain: kunci Test digunakan untuk Live, atau sebaliknya.
refused-address = Alamat yang tidak dibenarkan
refused-address-advice = Rahsianya betul, tetapi permintaan datang dari alamat yang tiada dalam senarai kunci. Jika alamat itu milik anda, tambahkannya di Had; jika tidak, jana semula kunci: orang lain mempunyai rahsianya.
refused-quota = Permintaan hari itu telah habis
refused-quota-advice = Kunci ini mempunyai had permintaan sehari. Ia berfungsi semula selepas tengah malam UTC, atau sebaik had dinaikkan di Had.
refused-rate = Terlalu banyak permintaan dalam satu saat
refused-rate-advice = Kunci ini mempunyai had permintaan sesaat. Tunggu selama yang dinyatakan Retry-After dan agihkan permintaan, atau naikkan had di Had.
refused-white-space = Ruang kosong di sekeliling kunci
refused-white-space-advice = Ada ruang kosong atau tab sebelum atau selepas Key Id atau Key Secret. Buang ruang itu di tempat program anda membaca nilainya. Jika masih ditolak selepas itu, nilai itu sendiri yang salah.
refused-newline = Baris baharu di sekeliling kunci
refused-newline-advice = Ada baris baharu sebelum atau selepas Key Id atau Key Secret. <mono>echo</mono> menambahnya, begitu juga banyak editor di hujung fail: gunakan <mono>printf '%s'</mono>, atau buang ruang daripada nilai itu.
refused-quotes = Tanda petikan atau tanda dolar dalam kunci
refused-quotes-advice = Pemboleh ubah tidak diisi, atau tanda petikan dihantar sebagai sebahagian daripada kunci.
refused-empty-secret = Tiada Key Secret dihantar
refused-empty-secret-advice = Hantar Key Id dan Key Secret, disambung dengan titik bertindih.
refused-bearer = Dihantar sebagai token Bearer
refused-bearer-advice = Gunakan HTTP Basic: Key Id sebagai pengguna, Key Secret sebagai kata laluan.
refused-not-a-secret = Bahagian kedua bukan Key Secret
refused-not-a-secret-advice = Ia mengandungi aksara yang tiada pada mana-mana Key Secret, atau terpotong semasa disalin.
refused-not-a-key-id = Key Id dan Key Secret tertukar
refused-not-a-key-id-advice = Key Id berada di tempat Key Secret. Letakkan Key Id dahulu.
refused-two-headers = Dua pengepala Authorization
refused-two-headers-advice = Permintaan itu mempunyai lebih daripada satu pengepala Authorization, jadi tidak diketahui yang mana dimaksudkan. Hantar satu.
refused-malformed = Pengepala Authorization tidak betul bentuknya
refused-malformed-advice = Hantar satu pengepala: <mono>Basic</mono>, satu ruang, dan base64 bagi Key Id, titik bertindih, Key Secret.
