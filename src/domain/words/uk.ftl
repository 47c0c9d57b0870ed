order-title = Замовлення Cartum № { $number }

store = Магазин
placed-at = Оформлено
payment = Оплата
paid = Оплачено
payment-surcharge = Доплата за спосіб оплати
delivery = Доставка
delivery-price = Вартість доставки
recipient = Отримувач
address = Адреса
tracking-number = Номер ТТН
contact = Контактні дані
coupon = Купон
managers-discount = Знижка від менеджера
buyers-comment = Коментар покупця
stores-comment = Коментар магазину
left-out = Пропущено, кількість 0

yes = так
no = ні
by-carriers-tariff = за тарифами перевізника
no-callback = Покупець просив не передзвонювати

order-paid = Замовлення Cartum № { $number } оплачено в магазині: { $sum }
order-canceled = Замовлення Cartum № { $number } скасовано в магазині, але товари за ним уже списано, тому статус замовлення в RO App не змінено. Вирішіть тут, що робити з товарами.
order-deleted = Замовлення Cartum № { $number } видалено в магазині (помічено { $moment }). Замовлення в RO App залишається без змін.
changed-in-store = Зміни в магазині: { $changes }
no-longer = більше немає: { $line }

stand-in-title = Товар із магазину { $store }
stand-in-description = Замінює товари магазину, яких немає в RO App.

buyer-of-order = Покупець замовлення { $number }
buyer = Покупець
name-as-typed = Ім'я у замовленні
phone-as-typed = Телефон у замовленні
email-as-typed = E-mail у замовленні
