### Setiap jenama meletakkan namanya sendiri menggantikan istilah di sini.
###
### Glosari: API Key, Key Id, Key Secret, OTP, Test Mode, Live Mode, kunci Test/Live ditulis begitu; key dalam ayat ialah kunci.
### pair pasangan · generate jana · regenerate jana semula · deactivate nyahaktifkan · retiring akan tamat · ended tamat
### request permintaan · refuse tolak · account akaun · owner pemilik · member ahli · team pasukan · role peranan · invitation jemputan
### log in log masuk · password kata laluan · mobile number nombor telefon bimbit · two-factor authentication pengesahan dua faktor
### verify sahkan · review semakan · activation pengaktifan · website laman web · app aplikasi · settings tetapan · device peranti
### Pembaca disapa "anda". Bahasa Melayu mempunyai satu bentuk jamak sahaja.
