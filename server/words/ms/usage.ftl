### Berapa kerap kunci digunakan: carta di API Keys, dan petunjuk tentang pasangan yang akan tamat tetapi masih digunakan.

usage-title = Permintaan
usage-hour = Sejam yang lalu
usage-day = 24 jam yang lalu
usage-month = 30 hari yang lalu
usage-sum-hour =
    { $count ->
       *[other] { $count } permintaan, paling banyak { $top } dalam seminit
    }
usage-sum-day =
    { $count ->
       *[other] { $count } permintaan, paling banyak { $top } dalam setengah jam
    }
usage-sum-month =
    { $count ->
       *[other] { $count } permintaan, paling banyak { $top } dalam 24 jam
    }
usage-none-hour = Tiada permintaan dengan kunci ini yang diterima dalam sejam yang lalu.
usage-none-day = Tiada permintaan dengan kunci ini yang diterima dalam 24 jam yang lalu.
usage-none-month = Tiada permintaan dengan kunci ini yang diterima dalam 30 hari yang lalu.
usage-numbers = Angka yang sama dalam jadual
usage-numbers-caption = Permintaan yang diterima dengan { $key_id }. Yang tidak disenaraikan tiada apa-apa.
usage-granted = Permintaan

usage-sources = Di mana terakhir dilihat
usage-sources-caption = Rangkaian yang dilihat dalam 30 hari yang lalu. Setiap beberapa saat permintaan terkini meninggalkan rangkaiannya di sini, jadi rangkaian yang jarang digunakan mungkin tiada.
usage-first-seen = Pertama dilihat
usage-last-seen = Terakhir dilihat

retiring-used-title = Pasangan yang akan tamat masih digunakan
retiring-used = <id>{ $key_id }</id> berfungsi hingga { $until } ({ $left }). Permintaan terakhir dengannya datang { $last } dari <mono>{ $source }</mono>.
retiring-used-others = Sejak diganti ia juga dilihat di: { $others }.
retiring-used-other = { $source } ({ $last })
retiring-used-advice = Letakkan pasangan semasa di situ sebelum itu, atau permintaan dari situ akan ditolak.
