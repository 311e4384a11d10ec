### Bahagian yang mengelilingi setiap halaman, dan perkataan yang dikongsi semua halaman.

frame-skip = Terus ke kandungan
frame-ribbon = <strong>Test Mode:</strong> tiada apa-apa di sini yang sebenar. Kunci Test tidak menggerakkan wang dan tidak melihat pembayaran sebenar.
frame-mode = Mode
frame-test-mode = Test Mode
frame-live-mode = Live Mode
frame-main = Menu utama
frame-settings = Akaun & Tetapan
frame-help = Bantuan
frame-member = Ahli:
frame-profile = Profil Anda
frame-log-out = Log keluar
frame-zone = Setiap masa ditulis dengan zon masanya.
frame-zone-own = Masa adalah mengikut zon masa anda, { $zone }.
frame-stuck = Perlukan bantuan? { $support }
frame-support = Hubungi sokongan

cancel = Batal
back-home = Kembali ke laman utama
back-keys = Kembali ke API Keys
steps = Langkah
step-done = (selesai)

language-label = Bahasa
language-change = Tukar bahasa
language-choose = Pilih salah satu bahasa di halaman ini.

role-owner = Pemilik
role-admin = Pentadbir
role-manager = Pengurus
role-operations = Operasi
role-finance = Kewangan
role-support = Sokongan
role-epos = ePos
role-view-only = Lihat Sahaja

moment = { $day } { $month } { $year }, { $hour }:{ $minute } { $half } { $zone }
moment-clock = { $hour }:{ $minute } { $half } { $zone }
moment-am = PG
moment-pm = PTG
moment-january = Jan
moment-february = Feb
moment-march = Mac
moment-april = Apr
moment-may = Mei
moment-june = Jun
moment-july = Jul
moment-august = Ogos
moment-september = Sep
moment-october = Okt
moment-november = Nov
moment-december = Dis
time-left-moment = dalam masa kurang seminit
time-left-minutes = dalam { $minutes } minit
time-left-hours = dalam { $hours } jam
time-left-hours-minutes = dalam { $hours } jam { $minutes } minit
time-left-days = dalam { $days } hari
