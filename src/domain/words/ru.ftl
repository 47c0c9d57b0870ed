order-title = Заказ Cartum № { $number }

store = Магазин
placed-at = Оформлен
payment = Оплата
paid = Оплачен
payment-surcharge = Доплата за способ оплаты
delivery = Доставка
delivery-price = Стоимость доставки
recipient = Получатель
address = Адрес
tracking-number = Трек-номер
contact = Контактные данные
coupon = Купон
managers-discount = Скидка от менеджера
buyers-comment = Комментарий покупателя
stores-comment = Комментарий магазина
left-out = Пропущено, количество 0

yes = да
no = нет
by-carriers-tariff = по тарифам перевозчика
no-callback = Покупатель просил не перезванивать

order-paid = Заказ Cartum № { $number } оплачен в магазине: { $sum }
order-canceled = Заказ Cartum № { $number } отменён в магазине, но товары по нему уже списаны, поэтому статус заказа в RO App не изменён. Решите здесь, что делать с товарами.
order-deleted = Заказ Cartum № { $number } удалён в магазине (замечено { $moment }). Заказ в RO App остаётся без изменений.
changed-in-store = Изменения в магазине: { $changes }
no-longer = больше нет: { $line }

stand-in-title = Товар из магазина { $store }
stand-in-description = Заменяет товары магазина, которых нет в RO App.

buyer-of-order = Покупатель заказа { $number }
buyer = Покупатель
name-as-typed = Имя в заказе
phone-as-typed = Телефон в заказе
email-as-typed = E-mail в заказе
