order-title = Zamówienie Cartum { $number }

store = Sklep
placed-at = Złożono
payment = Płatność
paid = Opłacone
payment-surcharge = Dopłata za sposób płatności
delivery = Dostawa
delivery-price = Koszt dostawy
recipient = Odbiorca
address = Adres
tracking-number = Numer przesyłki
contact = Dane kontaktowe
coupon = Kupon
managers-discount = Rabat od sprzedawcy
buyers-comment = Uwagi kupującego
stores-comment = Uwagi sklepu
left-out = Pominięto, ilość 0

yes = tak
no = nie
by-carriers-tariff = według cennika przewoźnika
no-callback = Kupujący prosił, aby do niego nie dzwonić

order-paid = Zamówienie Cartum { $number } zostało opłacone w sklepie: { $sum }
order-canceled = Zamówienie Cartum { $number } zostało anulowane w sklepie, ale towary zdjęto już ze stanu magazynowego, dlatego status tego zlecenia pozostaje bez zmian. Zdecyduj tutaj, co zrobić z towarami.
order-deleted = Zamówienie Cartum { $number } zostało usunięte w sklepie (zauważono { $moment }). To zlecenie pozostaje bez zmian.
changed-in-store = Zmiany w sklepie: { $changes }
no-longer = usunięto: { $line }

stand-in-title = Towar ze sklepu { $store }
stand-in-description = Zastępuje towary sklepu, których nie ma w RO App.

buyer-of-order = Kupujący z zamówienia { $number }
buyer = Kupujący
name-as-typed = Imię i nazwisko podane w zamówieniu
phone-as-typed = Telefon podany w zamówieniu
email-as-typed = E-mail podany w zamówieniu
