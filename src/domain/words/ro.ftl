order-title = Comanda Cartum { $number }

store = Magazin
placed-at = Plasată la
payment = Plată
paid = Achitată
payment-surcharge = Supliment pentru metoda de plată
delivery = Livrare
delivery-price = Costul livrării
recipient = Destinatar
address = Adresă
tracking-number = Număr AWB
contact = Date de contact
coupon = Cupon
managers-discount = Reducere acordată de vânzător
buyers-comment = Comentariul cumpărătorului
stores-comment = Comentariul magazinului
left-out = Omise, cantitate 0

yes = da
no = nu
by-carriers-tariff = conform tarifelor curierului
no-callback = Cumpărătorul a cerut să nu fie sunat

order-paid = Comanda Cartum { $number } a fost achitată în magazinul online: { $sum }
order-canceled = Comanda Cartum { $number } a fost anulată în magazinul online, dar produsele au fost deja scoase din stoc, așa că statusul acestei comenzi de lucru rămâne neschimbat. Decideți aici ce se întâmplă cu produsele.
order-deleted = Comanda Cartum { $number } a fost ștearsă din magazinul online (observat la { $moment }). Această comandă de lucru rămâne neschimbată.
changed-in-store = Modificări în magazinul online: { $changes }
no-longer = eliminat: { $line }

stand-in-title = Produs din magazinul { $store }
stand-in-description = Înlocuiește produsele magazinului care nu există în RO App.

buyer-of-order = Cumpărătorul comenzii { $number }
buyer = Cumpărător
name-as-typed = Numele din comandă
phone-as-typed = Telefonul din comandă
email-as-typed = E-mailul din comandă
