# What a person is told of stores, orders and accounts. Each message is stored as its code and its values.

# Users of the pages.
user-taken = користувач «{ $name }» уже є; виберіть інше ім'я
user-without-name = порожнє; введіть ім'я
user-name-long = довше ніж { $most ->
    [one] { $most } символ
    [few] { $most } символи
    [many] { $most } символів
   *[other] { $most } символів
}
user-name-unprintable = містить розрив рядка або інший керівний символ
no-user = користувача «{ $name }» немає; користувачі: { $names }
no-user-yet = користувача «{ $name }» немає: жодного користувача ще не створено
password-short = має менше ніж { $least ->
    [one] { $least } символ
    [few] { $least } символи
    [many] { $least } символів
   *[other] { $least } символів
}
password-long = має понад { $most ->
    [one] { $most } символ
    [few] { $most } символи
    [many] { $most } символів
   *[other] { $most } символів
}
password-obvious = надто легко вгадати; виберіть інший
not-read-now = зараз не вдалося прочитати повністю; нічого не збережено: спробуйте ще раз
password-for-new-address = введіть пароль ще раз: без цього він не надсилається на іншу адресу
user-without-account = виберіть хоча б один акаунт
settings-changed-meanwhile = тим часом хтось інший змінив налаштування, тож нічого не збережено{ $shown ->
    [page] ; на цій сторінці те, що ввели ви; збережіть ще раз, щоб замінити їхнє
   *[command] ; перегляньте їх і виконайте команду ще раз
}
password-wrong = не збігається з вашим поточним паролем

# What a person can do about something, in other messages: a command, or a button on a page.
do-retry = натисніть «Повторити»
do-recreate = натисніть «Створити знову»
do-resume = натисніть «Відновити»
do-edit = натисніть «Змінити налаштування»
do-login = натисніть «Нові дані для входу»
do-key = натисніть «Новий ключ»
do-check = натисніть «Звірити зараз»
do-fetch = натисніть «Отримати з магазину»
do-choose-managers = виберіть усіх працівників або лише деяких

# Parts of a work order.
part-title = назва
part-price = орієнтовна вартість
part-notes = нотатки
part-field = додаткове поле f{ $field }
part-status = статус
part-client = клієнт
part-line = позиція «{ $title }»
part-item = позиція RO App { $item }
part-item-of = позиція RO App { $item } ({ $article })
pending-change = незастосована зміна

# What happened to an order: the store.
seen = помічено в магазині
seen-not-worked = помічено в магазині: { $state ->
    [waiting] очікує
    [synced] синхронізовано
    [incomplete] неповне
    [held] потребує уваги
    [failed] помилка
    [excluded] виключено
    [unreadable] не читається
    [gone] видалено в магазині
    [removed] видалено в RO App
   *[other] { $state }
}, { $reason }
changed = змінено в магазині
changed-not-worked = змінено в магазині: { $state ->
    [waiting] очікує
    [synced] синхронізовано
    [incomplete] неповне
    [held] потребує уваги
    [failed] помилка
    [excluded] виключено
    [unreadable] не читається
    [gone] видалено в магазині
    [removed] видалено в RO App
   *[other] { $state }
}, { $reason }
found-again = знову є в магазині; обробка триває
missing-in-store = тричі протягом години не знайдено в магазині: вважається видаленим із нього
no-longer-excluded = більше не виключено: налаштування змінено
number-again = номер тепер належить іншому замовленню
number-back = магазин знову показує попереднє замовлення з цим номером

# What a person asked or decided.
asked-retry = запит на повторну спробу
asked-resync = запит на повторну синхронізацію
asked-recreate = запит на нове замовлення RO App
decided-store = рішення користувача: залишити значення магазину
decided-roapp = рішення користувача: залишити значення RO App
decided-own = рішення користувача: замовлення RO App { $work_order } належить до цього замовлення; їх пов'язано
decided-not-own = рішення користувача: { $work_orders } у RO App не належить до цього замовлення; створюється нове замовлення RO App
decided-same = рішення користувача: це те саме замовлення; його замовлення RO App оновлюється
decided-another = рішення користувача: номер тепер належить іншому замовленню
decided-another-of = рішення користувача: номер тепер належить іншому замовленню; замовлення RO App { $work_order } залишається за попереднім
decided-product = рішення користувача: товар { $product } для «{ $title }»
chosen-product = вибрано користувачем
no-product-to-choose = замовлення { $number } не утримується через товар; оновіть сторінку
no-such-product = у RO App більше немає товару { $product }; виберіть інший

# What was written to RO App.
person-linked = клієнт { $person }: { $reason }
product-made = створено товар { $product }
work-order-made = створено замовлення RO App: { $work_order }
work-order-found = замовлення RO App знайдено за маркером: { $work_order }
line-changed = позицію змінено
line-removed = позицію видалено
line-removed-already = позицію вже було видалено
line-found = позицію знайдено в замовленні RO App
status-set = встановлено статус «{ $status }»
client-set = у замовленні RO App вказано клієнта { $client }
client-set-instead = клієнта замовлення RO App змінено з { $before } на { $client }
head-changed = нотатки й поля змінено
head-changed-plainer = нотатки й поля змінено, але зі спрощеними текстами, бо початкові RO App відхилив ({ $error })
head-changed-partly = нотатки й поля змінено, крім того, що RO App відхиляє: { $parts } ({ $error })
comment-added = коментар додано
comment-refused = коментар відхилено: { $error }
comment-unclear = коментар надіслано, чи доставлено — невідомо: { $error }
not-made = { $record ->
    [person] клієнта
    [product] товар
    [work_order] замовлення RO App
    [line] позицію
   *[comment] коментар
} не було створено; створюється знову
in-step = синхронізовано: суму, статус і маркер перевірено
repaired = позиції відрізнялися від записаного; один раз виправлено
try = спроба { $try }: { $reason }
parked = { $state ->
    [waiting] очікує
    [synced] синхронізовано
    [incomplete] неповне
    [held] потребує уваги
    [failed] помилка
    [excluded] виключено
    [unreadable] не читається
    [gone] видалено в магазині
    [removed] видалено в RO App
   *[other] { $state }
}: { $reason }

# Conflicts.
conflict = конфлікт, { $part }: у магазині — { $store }, у RO App — { $roapp }
agreed = конфлікт розв'язано: { $part } — тепер однаково з обох боків
not-settled = { $reason }
not-written = не записано в RO App ({ $part }): { $reason }
settled-store = розв'язано, залишено значення магазину: { $parts }
settled-roapp = розв'язано, залишено значення RO App: { $parts }
still-pending = незастосовану зміну все ще неможливо записати: { $reason }

# What people did in RO App.
moved = статус у RO App змінено вручну з «{ $from }» на «{ $to }»
given = у RO App замовлення вручну призначено клієнту { $client }
given-to = у RO App замовлення вручну призначено клієнту { $client } ({ $name })
closed = закрито в RO App
reopened = знову відкрито в RO App
written-off = товари списано в RO App: позиції замовлення більше не змінюються
brought-back = товари в RO App більше не списані
fields-changed = нотатки або поля змінено в RO App вручну; зміна залишається
lines-changed = позиції змінено в RO App вручну; зміна залишається
removed = замовлення { $work_order } видалено в RO App
still-there = замовлення { $work_order } все ще є в RO App; пов'язане, як і раніше, нічого не створюється
dissolved = замовлення { $work_order } більше немає в RO App; зв'язок із ним видалено

# Statuses on their way to the store.
write-back-arrived = у магазині тепер статус «{ $store }», після того як у RO App вручну встановлено статус «{ $roapp }»
write-back-try = спроба { $try } встановити в магазині статус «{ $store }»: { $error }
write-back-overtaken = статус RO App «{ $roapp }» не передано в магазин, де замовлення тим часом перейшло до статусу «{ $store }»
write-back-unmapped = статус RO App «{ $roapp }» не передано в магазин: для нього більше нічого не вибрано в полі «Статуси назад у магазин»
write-back-refused = магазин не приймає свій статус «{ $store }», вибраний для статусу RO App «{ $roapp }» ({ $error }); встановіть його в магазині вручну або натисніть «Змінити налаштування» і змініть поле «Статуси назад у магазин»

# What differs, in words.
line-not-there = немає
line-removed-there = видалено
line-deleted = видалено
line-left-out = там немає рядка, який йому відповідає
status-of-both = { $store } (статус RO App: { $roapp })
client-named = { $name } (клієнт { $client })
buyer-unnamed = без імені
wanted-line = { $title } ({ $values })

# Why something is not written.
work-order-closed = замовлення RO App закрите
written-off-goods = товари замовлення RO App списано
notes-too-long = нотатки були б задовгими
status-unmapped = у полі «Статуси» немає статусу RO App для статусу магазину «{ $store }»
store-moved-on = замовлення в магазині відтоді перейшло до статусу «{ $store }»
work-order-moved-on = замовлення RO App відтоді перейшло до статусу «{ $status }»
work-order-without-status = замовлення RO App тепер не показує статусу
status-not-set-back = статус не повертається до «{ $status }»: { $why }
pending-head = замовлення RO App закрите; у магазині змінилися нотатки й поля
pending-lines = { $why }; у магазині тепер: { $lines }
pending-no-lines = { $why }; у магазині тепер немає позицій
pending-client = { $why }; покупець у магазині тепер — { $store }, клієнт замовлення RO App досі — { $roapp }

# Why an order is not imported.
excluded-status = замовлення зі статусом магазину «{ $store }» не імпортуються (поле «Виключені статуси»)
excluded-by-window = оформлено раніше за період імпорту, який починається { $from }

# Why an order is held before anything is written.
hold-currency = валюта замовлення — { $order }, валюта акаунта — { $account }; суми ніколи не конвертуються: внесіть замовлення вручну
hold-too-long = у замовленні { $lines ->
    [one] { $lines } позиція
    [few] { $lines } позиції
    [many] { $lines } позицій
   *[other] { $lines } позицій
}, а записати можна щонайбільше { $most }: розділіть його в магазині або внесіть вручну
sum-below-zero = { $place }: значення менше нуля ({ $value }), RO App такого не підтримує; виправте його в магазині або внесіть це замовлення вручну
sum-too-large = { $place }: завелике значення ({ $value }); виправте його в магазині
sum-line-total = позиція № { $line } коштує в магазині { $total } — більше, ніж її ціна, помножена на кількість, тобто { $expected }; виправте цю позицію в магазині
sum-lines = сума позицій — { $sum }, а сума замовлення до знижок у магазині — { $total }; { $fix }
sum-lines-of-sets = сума позицій — { $sum } (без складників комплектів — { $without }), а сума замовлення до знижок у магазині — { $total }; { $fix }
sum-fix-lines = виправте позиції в магазині
sum-fix-extras = магазин додає до своїх сум { $extras } за доставку й оплату, і їх неможливо відокремити від товарів: внесіть це замовлення вручну
sum-surcharge = сума замовлення — { $total }, це більше за суму позицій, яка становить { $lines }; приберіть доплату в магазині або додайте її як позицію
sum-discount = знижка { $discount } більша за суму позицій, яка становить { $lines }; зменште знижку в магазині
sum-no-lines = у замовленні немає позицій, але його сума — { $total }; додайте позиції в магазині або встановіть там суму 0.00
sum-per-unit = RO App віднімає знижку від кожної одиниці, а знижку { $discount } неможливо поділити між одиницями цих позицій без часток копійки (цента); змініть знижку чи кількість у магазині або внесіть це замовлення вручну
place-total = сума замовлення
place-total-before-discounts = сума замовлення до знижок
place-price = ціна позиції № { $line }
place-quantity = кількість у позиції № { $line }
place-line-total = сума позиції № { $line }
place-line-gross = ціна, помножена на кількість, у позиції № { $line }

# Why a work order is not complete.
marker-missing = у нотатках замовлення RO App більше немає маркера { $marker }
shortfall-lines-unread = позиції ще не прочитано
shortfall-lines = RO App не показує { $lines ->
    [one] { $lines } позицію
    [few] { $lines } позиції
    [many] { $lines } позицій
   *[other] { $lines } позицій
} так, як записано; сума в RO App — { $total }, у магазині — { $expected }
shortfall-total = усі позиції правильні, але сума в RO App — { $total }, а сума позицій — { $expected }; перевірте податки й знижки типу замовлення
work-order-deleted = замовлення видалено в RO App; щоб створити його знову, натисніть «Створити знову»

# Why a buyer is a client, and why a person should look at it.
matched-phone-and-name = телефон та ім'я
matched-email-and-name = e-mail та ім'я
matched-phone-alone = лише телефон
person-made = створено
review-phone-alone = Клієнт { $client } має телефон покупця, але інше ім'я.
review-phone-alone-of-several = Клієнт { $client } має телефон покупця, але інше ім'я. { $several }
review-several = Підходять кілька клієнтів ({ $clients }); вибрано найдавнішого — { $chosen }.

# What speaks against a work order that carries an order's marker.
doubt-other-markers = у його нотатках є також маркери інших замовлень
doubt-client = воно належить іншому клієнту
doubt-location = воно в іншій локації
doubt-order-type = воно іншого типу
doubt-too-old = воно старіше за замовлення магазину
doubt-unexpected = програма не має запису про його створення
doubt-not-shown = RO App не показує його за цим ключем API

# What RO App did with a call.
roapp-no-answer = немає відповіді на запит { $call }
roapp-refused = RO App відхилив запит { $call } з кодом { $status }: { $message }
roapp-access = RO App не дозволяє запит { $call } ({ $status }, { $status ->
    [401] перевірте ключ API
    [402] можливо, тариф не включає API
   *[other] перевірте права працівника, якому належить ключ
}): { $message }
roapp-missing = RO App нічого не має за запитом { $call } ({ $status }): запис видалено або базова URL-адреса неправильна
roapp-too-many = RO App надто завантажений для запиту { $call } (429)
roapp-unavailable = RO App недоступний ({ $status } на запит { $call })
roapp-page = RO App недоступний (вебсторінка з кодом { $status } на запит { $call })
roapp-not-json = відповідь на запит { $call } — не JSON ({ $what })
roapp-garbled = відповідь на запит { $call } неочікувана в місці { $place }
roapp-endless = список за запитом { $call } не закінчується після { $pages ->
    [one] { $pages } сторінки
    [few] { $pages } сторінок
    [many] { $pages } сторінок
   *[other] { $pages } сторінок
}
roapp-inexact = { $call }: поле { $field } має більше цифр, ніж можна передати точно
internal = { $error }

# What a store did with a call.
cartum-login-refused = { $host } відхиляє дані для входу ({ $message }); перевірте пароль і логін: це ім'я користувача з панелі керування магазину, а не адреса e-mail
cartum-login-is-email = { $host } відхиляє дані для входу ({ $message }); логін — це адреса e-mail, а Cartum очікує ім'я користувача з панелі керування: див. «Налаштування > Адміністратори» в магазині
cartum-not-on-plan = { $host } не надає свій API ({ $what }); тарифний план магазину має включати доступ до API, а користувач — мати дозвіл на його використання
cartum-not-cartum = { $host } відповідає не так, як магазин Cartum (HTTP { $status }, { $seen }); перевірте поле «Адреса сайту», чи ввімкнено API і чи немає перед ним захисної сторінки
cartum-redirected = { $host } переспрямовує запит { $function } на { $location }; у полі «Адреса сайту» вкажіть адресу, яка відповідає без переспрямування
cartum-temporary = { $host } зараз не може відповісти на запит { $function }: { $trouble }
cartum-too-many = магазин просить надсилати менше запитів (HTTP 429)
cartum-http = HTTP { $status }
cartum-token-refused = магазин прийняв дані для входу, але відхилив власний токен ({ $message }); якщо це повторюється, перевірте права користувача й тарифний план
cartum-not-json = { $host } відповідає на запит { $function } кодом HTTP { $status }, але без JSON ({ $seen })
cartum-page = { $host } відповідає на запит { $function } кодом HTTP { $status }, але без JSON ({ $seen }); якщо це повторюється, перевірте, чи немає перед ним захисної сторінки
cartum-broken = { $host } відповідає на запит { $function } даними JSON, які неможливо прочитати ({ $seen }): { $fault }
cartum-failed = { $host } не зміг відповісти на запит { $function }: { $word } ({ $message }); більше може бути в журналі запитів магазину за адресою /api/logs/
cartum-unknown-word = { $host } відповідає на запит { $function } невідомим статусом «{ $word }»; відповідь не враховано
cartum-contract = { $host } відповідає на запит { $function } неочікуваними даними в місці { $place }
cartum-endless = список замовлень { $host } не закінчився після { $pages ->
    [one] { $pages } сторінки
    [few] { $pages } сторінок
    [many] { $pages } сторінок
   *[other] { $pages } сторінок
}; запитайте за коротший період
cartum-no-answer = немає відповіді на запит { $function }
webhook-unknown = ідентифікатор підписки невідомий, бо відповідь магазину втрачено
webhook-removed = видалено в магазині
caused = { $error }: { $cause }
internal-error = внутрішня помилка (це помилка програми; журнал показує, де саме; будь ласка, повідомте про неї)
text = { $text }

# Why an order waits.
unanswered = { $reason }; поки що { $tries ->
    [one] { $tries } спроба
    [few] { $tries } спроби
    [many] { $tries } спроб
   *[other] { $tries } спроб
}, повтор буде автоматичним
endless-plan = планування не завершується
person-unknown = клієнт для цього покупця невідомий
work-order-unknown = замовлення RO App невідоме
product-unknown = товар «{ $title }» невідомий
work-order-missing = у RO App немає замовлення { $work_order }; його буде перевірено ще раз
listed-already = у RO App уже є замовлення { $work_order } з маркером цього замовлення
changed-meanwhile = у RO App цього більше немає
no-line-to-write = жодну з позицій неможливо записати
step-unanswered = { $step }: { $reason }
step-unanswered-and-refused = { $step }: { $reason }; RO App також відхиляє: { $also }
waits-for-product = { $line }: її товар створюється для іншого замовлення, і RO App ще не відповів на той запит

# Why an order failed, is held or is over.
gone = видалено в магазині; замовлення RO App, якщо воно є, залишається
gone-unreadable = видалено в магазині; у RO App про це не повідомлено, бо дані магазину неможливо прочитати: { $error }
unreadable-data = дані магазину неможливо прочитати: { $error }
data-not-kept = дані замовлення неможливо зберегти або прочитати: { $error }
tries-failed = { $tries ->
    [one] { $tries } невдала спроба
    [few] { $tries } невдалі спроби
    [many] { $tries } невдалих спроб
   *[other] { $tries } невдалих спроб
}; остання: { $reason }
person-refused = RO App відхиляє клієнта
no-right = { $error }; надайте працівникові, якому належить ключ API, доступ до локації цього магазину та право «Може додавати товари без списання», потім натисніть «Відновити»
status-refused = RO App відхиляє статус «{ $status }», вибраний для статусу магазину «{ $store }» ({ $error }); встановіть його вручну або змініть поле «Статуси»
staffs-status-refused = RO App відхиляє статус «{ $status }», який раніше встановили працівники ({ $error }); встановіть його вручну
client-not-set = RO App не встановлює в замовленні клієнта { $client }, покупця з магазину ({ $why }); встановіть його там, потім натисніть «Повторити»
same-client-as-before = зміну прийнято, але в замовленні RO App той самий клієнт
line-not-removed = RO App не дозволяє видалити позицію { $item }, видалену в магазині: видаліть її вручну, потім натисніть «Повторити»
no-line-executor = у полі «Виконавець позицій» вибрано менеджера замовлення, але це замовлення не має менеджера; виберіть працівника
several-products = у RO App кілька товарів, у яких { $key } — «{ $value }» (id { $ids }); залиште там це значення лише в одного товару, потім натисніть «Повторити»
no-product = у RO App немає товару, у якого { $key } — «{ $value }» ({ $title }), а в полі «Невідомі товари» вибрано утримувати такі замовлення; додайте товар у RO App, потім натисніть «Повторити»
key-article = артикул
key-code = код
key-barcode = штрихкод
key-title = назва
older-api-ended-for-product = старіший API RO App, єдиний, що створює товари, більше не працює, а в RO App немає товару { $product }; додайте його там вручну, потім натисніть «Повторити»
product-named = «{ $title }»
product-named-of = «{ $title }» (артикул { $article })
work-order-linked-elsewhere = замовлення RO App { $work_order } має маркер цього замовлення, але одне з них уже пов'язане з іншим
marker-not-shown = замовлення RO App { $work_order } створено, але RO App не показує маркера { $marker } у його нотатках; без маркера замовлення може бути створено двічі, тому більше нічого не створюється. Перевірте нотатки менеджера в цьому замовленні, потім натисніть «Відновити»
another-order = під номером { $number } магазин { $store } показує інше замовлення: оформлене { $placed } (магазин відновлювали з копії чи очищали?). Замовлення RO App, яке належить попередньому, залишається без змін. Натисніть «Інше замовлення», щоб створити для цього власне замовлення RO App, або «Те саме замовлення», якщо це те саме замовлення: тоді його замовлення RO App буде оновлено
another-order-since = під номером { $number } магазин { $store } показує інше замовлення: оформлене { $placed }, попереднє — { $was } (магазин відновлювали з копії чи очищали?). Замовлення RO App, яке належить попередньому, залишається без змін. Натисніть «Інше замовлення», щоб створити для цього власне замовлення RO App, або «Те саме замовлення», якщо це те саме замовлення: тоді його замовлення RO App буде оновлено
several-work-orders = у RO App кілька замовлень із маркером цього замовлення (id { $ids }); видаліть його з нотаток усіх, крім потрібного, потім натисніть «Повторити»
several-people-of-one-call = у RO App кілька записів із позначкою одного запиту (id { $ids }) та однаковим ім'ям: об'єднайте їх там в один, потім натисніть «Повторити»
several-records-of-one-call = у RO App кілька записів із позначкою одного запиту (id { $ids }); залиште позначку в описі одного з них і видаліть її з решти, потім натисніть «Повторити»
person-of-call-changed = RO App не відповів на запит створити клієнта цього замовлення, а клієнт { $ids } має позначку того запиту, { $token }, під іншим ім'ям. Якщо це покупець цього замовлення, поверніть йому там ім'я покупця; якщо ні, видаліть позначку з його нотаток; потім натисніть «Повторити». Видаляти нікого не потрібно
product-of-call-changed = RO App не відповів на запит створити товар цього замовлення, а товар { $ids } має позначку того запиту, { $token }, з іншим артикулом. Якщо це той товар, поверніть йому там артикул магазину; якщо ні, видаліть позначку з його опису; потім натисніть «Повторити»
record-of-call-changed = запис RO App { $ids } має позначку запиту цього замовлення, але його вміст інший
claim = замовлення RO App { $work_order } має маркер цього замовлення
claim-in-doubt = замовлення RO App { $work_order } має маркер цього замовлення, але { $doubts }
claim-linked-elsewhere = замовлення RO App { $work_order } має маркер цього замовлення, але пов'язане з іншим
work-order-numbered = { $number } (id { $id })
claims-held = { $claims }. Нічого не створюється й не пов'язується, доки ви не вирішите: { $solved }
claim-solved = для замовлення { $number } магазину { $store } натисніть «Те саме замовлення», щоб пов'язати з ним це замовлення RO App, або «Інше замовлення», щоб не чіпати його й створити нове; обробка продовжиться і тоді, коли маркер видалять із його нотаток
claims-solved = видаліть маркер із нотаток усіх, крім потрібного, або для замовлення { $number } магазину { $store } натисніть «Інше замовлення», щоб не чіпати їх і створити нове

# An order that RO App may have already without our marker.
possible-double = це замовлення, можливо, вже є в RO App: { $candidates }. Нічого не створюється, доки хтось не вирішить: { $solved }
double-candidate = замовлення RO App { $work_order } ({ $signs })
double-by-number = у його текстах є номер замовлення
double-by-client = той самий клієнт і сума, створено в межах доби від замовлення
double-solved = { $shown ->
    [page] «Пов’язати»
   *[command] `store doubles { $store } { $number } --link` (з ID замовлення RO App, якщо їх кілька)
} залишає те замовлення RO App як є і відтепер синхронізує його, { $shown ->
    [page] «Пропустити»
   *[command] `--skip`
} не чіпає його й нічого не імпортує, { $shown ->
    [page] «Створити»
   *[command] `--create`
} створює нове замовлення RO App
double-skipped = вже є в RO App як замовлення { $work_orders }; вирішено пропустити
double-linked = вирішено: замовлення RO App { $work_order } і є цим замовленням; пов’язано як є
double-of-another = вирішено, що замовлення RO App { $work_order } і є цим замовленням, але воно пов’язане з іншим замовленням
decided-double-link = вирішено: це замовлення RO App { $work_order }
decided-double-skip = вирішено: воно вже є в RO App; пропустити
decided-double-create = вирішено: його ще немає в RO App; створюється нове
double-of-several = це може бути одне з кількох замовлень RO App: укажіть, яке
double-settled = воно вже має замовлення RO App
double-by-number-alone = там знайдено лише його номер, а сума інша; вирішіть для нього окремо
no-candidate = це замовлення RO App не входить до тих, якими воно може бути
no-possible-double = в RO App немає нічого схожого на це замовлення

# Rehearsals.
rehearsal-runs = пробний прогін імпорту цього магазину вже триває
import-while-rehearsed = триває пробний прогін, який може знайти замовлення, що вже є в RO App; імпортуйте після його завершення
rehearsal-too-long = пробний прогін тривав понад { $minutes } хвилин, його зупинено

# The client of an order.
decided-client = рішення користувача: клієнт { $client } ({ $name })
chosen-client = обрано користувачем
client-confirmed = клієнта перевірено й підтверджено: { $client }
no-client-to-check = клієнта замовлення { $number } перевіряти не потрібно
no-such-client = в RO App немає клієнта { $client }
order-over = замовлення { $number } не синхронізується з RO App, тому клієнта обрати не можна
order-unreadable = замовлення { $number } неможливо прочитати, тому покупець невідомий
pending-chosen-client = { $why }; обраного клієнта { $client } не встановлено

# Lines that RO App refuses.
line-some = одна з позицій
line-named = позиція «{ $title }»
line-named-of = позиція «{ $title }» (артикул { $article })
line-change = { $line } — зміна
line-removal = видалення позиції RO App { $item }
line-removal-of = видалення позиції RO App { $item } (артикул { $article })
refused-line = { $line }: { $why }
refused-line-as-well = { $line } ({ $why })
and-more = ще { $more }
lines-refused = { $lines }
lines-refused-alike = { $why }; це стосується: { $lines }
lines-refused-and-untried = { $refused }; ще { $untried ->
    [one] { $untried } позицію
    [few] { $untried } позиції
    [many] { $untried } позицій
   *[other] { $untried } позицій
} не пробували записати
lines-left = { $refused }; { $rest }. Виправте це в RO App або в магазині, потім натисніть «Повторити»
other-lines-written = решта позицій є в RO App
no-line-written = у RO App немає жодної позиції замовлення
status-waits-for-lines = { $rest }, а статус очікує на відхилені позиції, бо він закриває замовлення RO App

# Why people and products are linked.
matched-product = збігається { $key }
matched-contact-made = той самий контакт, створено нами
made-for-order = створено для цього замовлення
made-for-buyer = створено для цього покупця
made-found-again = створено для цього замовлення, знайдено знову
found-by-token = створено нами, знайдено за позначкою
review-contact-not-taken = контакт той самий, що й у попереднього покупця, а той контакт RO App не прийняв

# What becomes of a status that a person set in RO App.
wish-order-gone = статус RO App «{ $status }», встановлений вручну, не передається в магазин: замовлення там видалено
wish-work-order-deleted = статус RO App «{ $status }», встановлений вручну, не передається в магазин: замовлення видалено в RO App
wish-unmapped = статус RO App «{ $status }», встановлений вручну, не передається в магазин: для нього нічого не вибрано в полі «Статуси назад у магазин»
wish-store-paused = статус RO App «{ $status }», встановлений вручну, буде передано в магазин, коли роботу магазину буде відновлено
wish-store-off = статус RO App «{ $status }», встановлений вручну, буде передано в магазин, коли магазин буде ввімкнено
wish-login-refused = статус RO App «{ $status }», встановлений вручну, буде передано в магазин, коли його дані для входу знову запрацюють
wish-next-poll = статус RO App «{ $status }», встановлений вручну, буде передано в магазин під час наступного опитування
store-still-reports = магазин прийняв зміну, але й далі показує статус «{ $store }»

# Why an account or a store waits, and notices.
api-key-given-up = значення, зашифровані ключем { $key }, стерто; щоб знову ввести ключ API, натисніть «Новий ключ»
password-given-up = значення, зашифровані ключем { $key }, стерто; щоб знову ввести пароль, натисніть «Нові дані для входу»
key-of-another-company = ключ API належить іншій компанії RO App ({ $company }), ніж цей акаунт ({ $own }); натисніть «Новий ключ» і введіть правильний ключ
paused-by-hand = призупинено вручну
login-refused = магазин відхиляє логін «{ $login }» з { $since }; натисніть «Нові дані для входу» і виправте їх — робота продовжиться з того місця, де зупинилася
refused-in-a-row = RO App відхилив поспіль { $times ->
    [one] { $times } замовлення
    [few] { $times } замовлення
    [many] { $times } замовлень
   *[other] { $times } замовлень
} з однієї причини: { $cause }; усуньте її там або в налаштуваннях, потім натисніть «Відновити»
store-of-newer-release = { $error }; можливо, це значення встановила новіша версія програми, яка й далі працює з магазином; запускайте всюди саме її
store-row-unreadable = { $error }; виправте рядок у базі даних, потім натисніть «Відновити»
not-kept = прочитане неможливо зберегти: { $error }
store-too-dense = магазин ненадійно ділить список на сторінки за «offset», а за дві хвилини має більше замовлень, ніж надсилає за один раз
store-too-much = магазин надіслав більше, ніж приймається за день
store-unfinished = магазин показує нові замовлення, але решту прочитати не вдалося: { $error }; доки це не запрацює, зміни старіших замовлень не видно
store-unanswered = магазин відповідає, але не щодо { $count ->
    [one] { $count } свого замовлення
    [few] { $count } своїх замовлень
    [many] { $count } своїх замовлень
   *[other] { $count } своїх замовлень
}, наприклад { $number }: { $error }; їхніх змін не видно; зверніться до служби підтримки магазину
store-ignores-ids = магазин надсилає не ті замовлення, які запитано за номерами: зміни старіших замовлень не видно; запитайте службу підтримки магазину про «ids» у orders/get
too-many-new-orders = магазин надсилає за день понад { $most ->
    [one] { $most } нове замовлення
    [few] { $most } нові замовлення
    [many] { $most } нових замовлень
   *[other] { $most } нових замовлень
} (велике рахується кілька разів) або стільки ж записів, які не є замовленнями: решту буде взято наступного дня; перевірте в панелі керування магазину, чи це справді замовлення
too-many-changes = магазин змінює свої замовлення щоразу, коли їх читають, сьогодні — понад { $most ->
    [one] { $most } раз
    [few] { $most } рази
    [many] { $most } разів
   *[other] { $most } разів
} (велике замовлення рахується кілька разів): для кожного замовлення зберігаються лише найновіша версія і та, що в RO App; зверніться до служби підтримки магазину або з'ясуйте, що їх змінює
stray-rows = магазин надіслав { $first }{ $others ->
    [0] {""}
    [one] {" "}та ще { $others } такий запис
    [few] {" "}та ще { $others } такі записи
    [many] {" "}та ще { $others } таких записів
   *[other] {" "}та ще { $others } таких записів
}; вихідні дані збережено
too-many-stray-rows = магазин надіслав { $first }{ $others ->
    [0] {""}
    [one] {" "}та ще { $others } такий запис
    [few] {" "}та ще { $others } такі записи
    [many] {" "}та ще { $others } таких записів
   *[other] {" "}та ще { $others } таких записів
}; вихідні дані збережено; за день зберігається не більше ніж { $most }, а великих — менше
row-without-number = замовлення без читабельного номера ({ $error })
row-refused = замовлення { $number }, яке відхиляє база даних ({ $error })
many-orders-lost = у магазині раптом бракує багатьох замовлень одразу (щонайменше { $missing } із { $asked }); жодне з них не вважається видаленим; перевірте в панелі керування магазину, чи вони там є
many-lost = у RO App раптом бракує багатьох замовлень одразу (щонайменше { $missing } із { $linked }); жодне з них не вважається видаленим; перевірте в RO App, чи вони там є
many-lost-lately = у RO App раптом бракує багатьох замовлень одразу ({ $missing } із { $linked }); протягом години жодне з них не вважається видаленим; перевірте в RO App, чи вони там є
all-lost = RO App відповідає, що не має жодного із запитаних замовлень; протягом години жодне з них не вважається видаленим
catalogue-silent = каталог магазину не відповідає щодо артикулів замовлення { $number }; назви взято із замовлень
catalogue-unreadable = каталог магазину неможливо прочитати ({ $error }); назви взято із замовлень
numbers-come-back = номери замовлень магазину тепер належать іншим замовленням (наприклад, { $number }): магазин відновлювали з копії чи очищали? Такі замовлення очікують, доки ви не натиснете в кожному «Те саме замовлення» або «Інше замовлення»; у списку вони мають стан «потребує уваги»
double = замовлення RO App { $work_order } ({ $id }) має маркер замовлення { $number }, яке залишається пов'язаним із замовленням RO App { $linked }: можливо, хтось скопіював замовлення RO App разом із нотатками. Видаліть маркер із нотаток { $id }
stranger = { $count ->
    [one] { $count } замовлення RO App має маркер замовлення, але створене не з цієї бази даних
    [few] { $count } замовлення RO App мають маркери замовлень, але створені не з цієї бази даних
    [many] { $count } замовлень RO App мають маркери замовлень, але створені не з цієї бази даних
   *[other] { $count } замовлень RO App мають маркери замовлень, але створені не з цієї бази даних
} (id { $ids }): схоже, друга копія цієї програми працює з копією бази даних. Зупиніть ту копію, потім натисніть «Відновити»
work-order-of = { $work_order } для замовлення { $number }
older-api-ended = старіший API RO App для цього акаунта більше не працює (його шляхи без версії відповідають кодом 404 або 410). Товари знаходяться за допомогою інших запитів, але створити нові неможливо: для замовлень із товарами, яких немає в RO App, береться товар-замінник магазину, якщо він є, інакше вони очікують на вас; рекламні кампанії не перевіряються. Додайте відсутні товари в RO App вручну, потім натисніть «Повторити»
clock-off = годинник { $whose ->
    [roapp] RO App
   *[store] магазину
} { $way ->
    [ahead] випереджає годинник
   *[behind] відстає від годинника
} цього сервера на { $minutes } хв; синхронізуйте годинник сервера через NTP, а якщо він точний, повідомте { $whose ->
    [roapp] RO App
   *[store] магазин
}
zone-off = «Часовий пояс»: останні нові замовлення показують, що годинник магазину { $way ->
    [ahead] випереджає
   *[behind] відстає від
} { $zone } на { $measured }; натисніть «Змінити налаштування» і виберіть власний часовий пояс магазину
time-minutes = { $minutes } хв
time-hours = { $hours } год
time-hours-and-minutes = { $hours } год { $minutes } хв
audit-found = нічна звірка знайшла й зберегла { $count ->
    [one] { $count } замовлення, не помічене
    [few] { $count } замовлення, не помічені
    [many] { $count } замовлень, не помічених
   *[other] { $count } замовлень, не помічених
} жодним опитуванням ({ $numbers })
audit-unbalanced = нічна звірка не сходиться за { $count ->
    [one] { $count } день
    [few] { $count } дні
    [many] { $count } днів
   *[other] { $count } днів
} ({ $days }); щоб побачити всі, натисніть «Звірити зараз»
audit-found-and-unbalanced = { $found }; { $gaps }
audit-unfinished = нічну звірку не вдалося завершити ({ $error }); вона повториться завтра; щоб повторити її зараз, натисніть «Звірити зараз»
audit-day = { $day }: { $why }
audit-totals-differ = суми відрізняються
no-date = без читабельної дати
audit-gaps = { $parts }
audit-not-on-record = є в магазині, немає в програмі: { $orders }
audit-not-shown = є в програмі, немає в магазині: { $orders }
audit-other-totals = різні суми: { $orders }
audit-unreadable = неможливо прочитати, тому суми невідомі: { $orders }
audit-without-work-order = виконано без замовлення RO App: { $orders }
audit-strays = записи без номера замовлення: { $rows }
audit-totals = { $number } (у магазині { $store }, у програмі { $record })
amount-unknown = невідомо
named-and-more = { $named } та ще { $more }
only-more = ще { $more }

# Settings that do not fit.
setting-does-not-fit = { $key }: { $faults }; щоб виправити, натисніть «Змінити налаштування»
status-not-in-map = статусу магазину «{ $status }» немає в полі «Статуси»: замовлення RO App зберігають свій статус; натисніть «Змінити налаштування» і додайте його
status-leads-nowhere = статуси магазину, для яких не вибрано статус RO App: { $statuses }; у полі «Статуси» виберіть для кожного, як-от для { $example }, статус RO App або початковий статус
status-titled = { $id } ({ $title })
store-has-no-status = у магазині немає статусу { $status }; { $choices }
store-too-old-for-statuses = магазин застарий, щоб надати список своїх статусів; якщо він має власні статуси, додайте в поле «Статуси» і їх
no-title-shows-a-language = жодна назва в магазині не показує мови, тому вибрану не вдалося перевірити
no-titles-in-language = у магазині немає назв мовою «{ $language }»; є такі мови: { $languages }
no-titles-in-language-but = у магазині немає назв мовою «{ $language }»; є такі мови: { $languages }; можливо, ви мали на увазі «{ $hint }»?
store-shows-no-currency = магазин не показує валюти, тому вибрану не вдалося перевірити
other-currencies = валюта продажу в магазині — { $currencies }, а не { $currency }; суми ніколи не конвертуються, тому магазин і RO App мають використовувати ту саму валюту
titles-unreadable = каталог не вдалося прочитати: { $error }
roapp-has-no = у RO App немає { $what ->
    [order_type] типу замовлення
    [category] категорії товарів
    [campaign] рекламної кампанії
    [employee] працівника
   *[status] статусу
} { $id }; { $choices }
location-archived = локація { $id } ({ $name }) в RO App архівована; { $choices }
location-not-shown = RO App не показує локацію { $id } працівникові, якому належить ключ API; { $choices }
employee-inactive = працівник { $id } ({ $name }) в RO App неактивний; { $choices }
status-of-invoices = статус RO App { $id } ({ $name }) призначений для рахунків, а не для замовлень; { $choices }
no-such-field = у RO App немає додаткового поля замовлень f{ $field }; { $choices }
field-takes-a-number = поле f{ $field } ({ $title }) приймає число; виберіть для нього номер замовлення або введіть постійне число
field-takes-a-time = поле f{ $field } ({ $title }) приймає дату й час; виберіть для нього час оформлення або введіть постійне значення, наприклад 2026-01-31T09:00:00Z
field-takes-yes-or-no = поле f{ $field } ({ $title }) — це поле «так/ні», яке неможливо заповнити текстом; виберіть текстове поле
field-required = RO App вимагає заповнювати поле f{ $field } ({ $title }) у замовленнях; введіть для нього значення, наприклад «{ $example }»
yes-no-field-required = RO App вимагає заповнювати поле f{ $field } ({ $title }) у замовленнях; це поле «так/ні», яке неможливо заповнити текстом; зробіть його в RO App необов'язковим
choose = виберіть із: { $choices }
choose-and-more = виберіть із: { $choices } та ще { $more }
choose-none = доступних немає
roapp-unreadable = RO App неможливо прочитати: { $error }
try-again = { $error }; спробуйте ще раз за хвилину
store-ignores-from = магазин не враховує дату, з якої запитуються замовлення, і надсилає старіші: кожне опитування читає їх усі; запитайте службу підтримки магазину про «from» у orders/get

# Names that somebody gave, and what has them.
no-account-yet = акаунта «{ $name }» немає: жодного акаунта ще не додано; спершу додайте акаунт
no-account = акаунта «{ $name }» немає; акаунти: { $accounts }
no-store-yet = магазину «{ $name }» немає: жодного магазину ще не додано; спершу додайте магазин
no-store = магазину «{ $name }» немає; магазини: { $stores }
several-stores = назву «{ $name }» мають кілька магазинів: { $stores }
several-stores-but-one = назву «{ $name }» мають кілька магазинів: для одного це повна назва, а магазин «{ $other }» саме так називається; щоб перейменувати його, { $shown ->
    [page] натисніть «Змінити налаштування»
   *[command] виконайте `store edit { $called } FILE.toml`
}
store-was-removed = магазин видалено
account-was-removed = акаунт видалено
named-account-was-removed = акаунт «{ $account }» видалено
in-brackets = {" "}({ $what })
after-colon = : { $what }
order-state = { $state ->
    [waiting] очікує
    [synced] синхронізовано
    [incomplete] неповне
    [held] потребує уваги
    [failed] помилка
    [excluded] виключено
    [unreadable] не читається
    [gone] видалено в магазині
    [removed] видалено в RO App
   *[other] { $state }
}

# What is wrong with an account.
account-name-taken = акаунт «{ $name }» уже є; виберіть іншу назву
company-taken = ця компанія RO App уже підключена як акаунт «{ $account }»; скористайтеся ним або, щоб змінити його ключ, натисніть «Новий ключ»
company-not-shown = RO App не показує даних компанії, тому ключ іншої компанії неможливо розпізнати
other-company = ключ належить іншій компанії ({ $is }); акаунт «{ $account }» належить компанії ({ $was }); додайте іншу компанію як окремий акаунт
other-company-named = ключ належить іншій компанії — «{ $company }» ({ $is }); акаунт «{ $account }» належить компанії ({ $was }); додайте іншу компанію як окремий акаунт
rate-out-of-range = значення { $rate } поза дозволеними межами; введіть число від 0.1 до 1000 (RO App дозволяє 3) або auto
base-url-invalid = «{ $text }» — неправильна URL-адреса ({ $error }); введіть, наприклад, https://api.roapp.io
base-url-not-http = «{ $text }» — не URL-адреса http або https; введіть, наприклад, https://api.roapp.io
base-url-with-user = не має містити імені користувача чи пароля; для ключа є окреме поле
base-url-with-query = не має містити ? або #; введіть, наприклад, https://api.roapp.io
base-url-unencrypted = через http ключ і дані людей передаються незашифрованими; використовуйте https
account-not-removed = акаунт «{ $account }» не видалено: у ньому є магазини, які може видалити лише та версія програми, що їх записала: { $stores }
account-has-stores = в акаунті «{ $account }» є магазини: { $stores }; спершу видаліть їх
not-like-roapp = відповідає не так, як RO App: { $error }
host-unreachable = сервер недоступний ({ $error }); перевірте, чи правильно написано адресу та чи працює сервер
address-unreachable = { $error }; перевірте адресу та спробуйте ще раз

# Files of settings, passwords and keys.
cannot-read = неможливо прочитати { $file }: { $error }
it-is = файл { $what }
is-not-utf-8 = не є текстом UTF-8; збережіть його як UTF-8
is-utf-16 = не є текстом UTF-8 (схоже на UTF-16); збережіть його як UTF-8
store-file-too-large = файл більший за 1 МіБ, тому це не файл магазину
not-toml = рядок { $line } неможливо прочитати ({ $error })
secret-too-large = { $file }: більше ніж 64 КіБ; там має бути лише пароль або ключ
secret-file = { $file }: { $what }
is-key-file = це файл ключа цієї програми, який ніколи не залишає цього комп'ютера; вкажіть файл із паролем або ключем API
has-several-lines = містить кілька рядків; там має бути лише пароль або ключ
password-file-absolute = { $file } — абсолютний шлях; покладіть файл поруч із файлом магазину й вкажіть лише його назву
password-file-outside = файл { $file } лежить не в папці файлу магазину; перенесіть його в цю папку
password-file-not-plain = { $file } — не звичайний файл; вкажіть файл, у якому є лише пароль
password-file-replaced = файл { $file } замінено під час читання; спробуйте ще раз

# What is wrong with a setting; on a page it stands at the field.
is-missing = не вказано
is-missing-like = { $shown ->
    [page] не вказано
   *[command] не вказано; введіть так: { $key } = { $example }
}
is-missing-of = { $shown ->
    [page] не вибрано; виберіть один із варіантів
   *[command] не вказано; введіть одне з: { $words }
}
is-empty = порожньо
longer-than = довше ніж { $most ->
    [one] { $most } символ
    [few] { $most } символи
    [many] { $most } символів
   *[other] { $most } символів
}
too-many-characters = містить { $count ->
    [one] { $count } символ
    [few] { $count } символи
    [many] { $count } символів
   *[other] { $count } символів
}; дозволено щонайбільше { $most }
control-character = містить розрив рядка або інший керівний символ
not-on-one-line = містить розрив рядка або інший керівний символ; введіть усе одним рядком
not-a-choice = «{ $text }» { $shown ->
    [page] не є одним із варіантів
   *[command] не підходить; введіть одне з: { $words }
}
out-of-range = значення { $number } поза дозволеними межами; введіть число від { $least } до { $most }
not-an-id = { $number } — не id; id — це цілі числа від 1
id-twice = { $id } вибрано двічі
kind-text = текст
kind-whole = ціле число
kind-fraction = дробове число
kind-switch = «так» або «ні»
kind-date = дата
kind-list = список
kind-table = таблиця
wants-text = очікується текст, а вказано: { $found }
wants-whole = очікується ціле число, а вказано: { $found }
wants-whole-unquoted = очікується ціле число, а вказано: { $found }{ $shown ->
    [page] {""}
   *[command] ; введіть { $text } без лапок
}
wants-switch = очікується «так» або «ні», а вказано: { $found }
wants-ids = очікується список id, а вказано: { $found }
wants-table = { $shown ->
    [page] очікується кілька рядків
   *[command] очікується заголовок [{ $key }] із рядками під ним
}, а вказано: { $found }
unknown-setting = невідоме налаштування; відомі налаштування: { $known }
unknown-setting-but = невідоме налаштування; можливо, ви мали на увазі «{ $meant }»?
table-without-line = має кілька рядків; вкажіть один із них, наприклад { $setting }.{ $example }
no-table = { $setting } не має власних рядків
appears-twice = трапляється двічі
misplaced = { $key } — це окреме налаштування
site-empty = порожньо; введіть адресу, наприклад «https://shop.example.com»
site-invalid = неправильна URL-адреса ({ $error })
site-with-user = не має містити імені користувача чи пароля; введіть їх у поля «Логін» і «Пароль»
site-without-host = не містить доменного імені
site-scheme = «{ $scheme }» не підтримується; адреса має починатися з https:// (або http://)
site-without-scheme = не починається з https://; введіть адресу, наприклад «https://shop.example.com»
site-shortened = використовується лише { $url }; решту адреси не враховано
site-unencrypted = через http логін і замовлення передаються незашифрованими; якщо магазин має https, використовуйте його
login-like-email = схоже на адресу e-mail, а Cartum очікує ім'я користувача: див. «Налаштування» в панелі керування магазину
password-file-in-form = у формі неможливо вказати файл; введіть сам пароль у поле «Пароль»
password-twice = вказано двічі
password-file-missing = не вказано
password-file-unnamed = порожньо; вкажіть файл, у якому є пароль
managers-invalid = { $shown ->
    [page] { do-choose-managers }
   *[command] «{ $text }» не підходить; { do-choose-managers }
}
managers-expected = { $shown ->
    [page] { do-choose-managers }
   *[command] очікується "all" або список, а вказано: { $found }; { do-choose-managers }
}
managers-none = нікого не вибрано; { do-choose-managers }
executor-without-managers = менеджера замовлення можна вибрати, лише якщо в полі «Менеджери» вибрано окремих працівників: якщо там вибрано всіх, замовлення не має менеджера
executor-in-quotes = { $shown ->
    [page] виберіть працівника або менеджера замовлення
   *[command] «{ $text }» не підходить; введіть { $id } без лапок
}
executor-invalid = { $shown ->
    [page] виберіть працівника або менеджера замовлення
   *[command] «{ $text }» не підходить; введіть id працівника, наприклад 21, або "manager"
}
no-time-zone = «{ $text }» — не часовий пояс; введіть назву з бази даних tz, наприклад «Europe/Kyiv»
no-time-zone-but = «{ $text }» — не часовий пояс; можливо, ви мали на увазі «{ $meant }»?
no-phone-region = «{ $text }» — не країна з відомими телефонними номерами; { $code ->
    [UK] для Великої Британії введіть «GB»
    [EN] введіть країну, а не мову
   *[other] введіть дволітерний код країни (ISO 3166), наприклад «UA», «RO» або «PL»
}
no-currency = «{ $text }» — не код валюти; введіть код із трьох літер (ISO 4217), наприклад «UAH»
no-platform = «{ $text }» не підтримується; введіть «cartum»{ $known ->
    [horoshop] ; це підходить і для магазинів Horoshop
   *[other] {""}
}
field-misnamed = це не додаткове поле RO App
field-twice = те саме поле вказано двічі
field-empty = порожньо; заповніть поле або видаліть його
field-with-braces = «{ $text }» не підходить; введіть текст без фігурних дужок або лише одне з: { $names }
status-map-missing = не заповнено; виберіть статус RO App для кожного статусу магазину
status-twice = той самий статус вказано двічі
status-in-quotes = { $shown ->
    [page] виберіть статус RO App або початковий статус типу замовлення
   *[command] «{ $text }» — це текст; введіть { $id } без лапок
}
not-a-status = { $shown ->
    [page] виберіть статус RO App або початковий статус типу замовлення
   *[command] «{ $text }» не підходить; введіть id статусу RO App або "initial"
}
wants-status = { $shown ->
    [page] виберіть статус RO App або початковий статус типу замовлення
   *[command] очікується id статусу RO App або "initial", а вказано: { $found }
}
not-a-status-id = «{ $key }» — не id { $what ->
    [store_status] статусу магазину
   *[status] статусу RO App
}; id — це цілі числа від 1
store-status-4 = якщо статус магазину 4 («Скасовано») встановити через API, товари не повертаються на склад, а замовлення блокується; щоб дозволити це, увімкніть «Дозволити статус 4»

# What is wrong with a store.
store-name-taken = в акаунті вже є магазин «{ $name }»{ $why }; виберіть іншу назву
shop-taken = цей магазин уже є в акаунті під назвою «{ $store }»{ $why }
shop-taken-elsewhere = цей магазин уже є в акаунті під назвою «{ $store }», але з іншою адресою; щоб змінити її, { do-edit }
shop-removed-before = цей магазин раніше вже був в акаунті, і його видалили; щоб відновити той магазин, додайте його знову
store-cannot-move = магазин «{ $store }» належить акаунту «{ $account }», і перенести його неможливо, бо його замовлення RO App є саме там; щоб передавати замовлення магазину в «{ $wanted }», видаліть магазин і додайте його там
store-unreadable = ця версія програми не може прочитати магазин «{ $store }»: { $error }
store-unread = { $store }: { $error }
shop-orders-unreadable = замовлення за цією адресою неможливо прочитати: { $error }
other-shop = за цією адресою відповідає інший магазин: { $why }; додайте його як окремий
other-shop-placed = його замовлення { $number } оформлено в інший час
other-shop-orders = у ньому немає жодного з найновіших замовлень цього магазину
store-stopped = магазин «{ $store }» не синхронізується: { $why }
stopped-as-draft = це чернетка; { $shown ->
    [page] спершу натисніть «Зберегти й імпортувати замовлення»
   *[command] спершу імпортуйте його: cartum-roapp store import { $called }
}
stopped-by-pause = його призупинено{ $why }; { $shown ->
    [page] натисніть «Відновити»
   *[command] відновіть його роботу: cartum-roapp store resume { $called }
}
stopped-when-off = його вимкнено; натисніть «Змінити налаштування» й увімкніть його
import-when-off = магазин «{ $store }» вимкнено; спершу натисніть «Змінити налаштування» й увімкніть його
import-runs = магазин «{ $store }» уже імпортується
import-when-paused = магазин «{ $store }» призупинено{ $why }; спершу натисніть «Відновити»
import-without-login = дані для входу магазину «{ $store }» не працюють{ $why }; спершу виправте їх: { do-login }
audit-balances = сходиться до копійки: { $orders ->
    [one] { $orders } замовлення
    [few] { $orders } замовлення
    [many] { $orders } замовлень
   *[other] { $orders } замовлень
} за { $days ->
    [one] { $days } день
    [few] { $days } дні
    [many] { $days } днів
   *[other] { $days } днів
}
audit-does-not-balance = не сходиться за { $gaps } із { $days ->
    [one] { $days } дня
    [few] { $days } днів
    [many] { $days } днів
   *[other] { $days } днів
}:
audit-gap = { $day }{ $why }
audit-orders-found = { $count ->
    [one] { $count } замовлення, не помічене
    [few] { $count } замовлення, не помічені
    [many] { $count } замовлень, не помічених
   *[other] { $count } замовлень, не помічених
} жодним опитуванням; тепер збережено
audit-orders-revived = { $count ->
    [one] { $count } замовлення вийшло
    [few] { $count } замовлення вийшли
    [many] { $count } замовлень вийшло
   *[other] { $count } замовлень вийшло
} з виключеного статусу; тепер імпортовано
undated = без дати

# Why an order is left as it is.
order-never-seen = замовлення { $number } у магазині «{ $store }» ще не було помічено
orders-never-seen = у магазині «{ $store }» ще не було помічено таких номерів замовлень: { $numbers }; нічого не змінено
no-matching-order = у магазині «{ $store }» немає відповідних замовлень; нічого не змінено
left-not-deleted = його замовлення RO App не було видалено
left-synced = повторювати нема чого; щоб порівняти його ще раз, натисніть «Порівняти знову»
left-excluded = воно не підлягає імпорту
left-gone = його видалено в магазині
left-removed = його видалено в RO App; щоб створити його знову, натисніть «Створити знову»
order-not-changed = замовлення { $number } не змінено: { $why }
number-undecided = під його номером з'явилося інше замовлення; спершу вирішіть, яке воно: натисніть «Те саме замовлення» або «Інше замовлення»
nothing-in-conflict = у ньому немає ні конфлікту, ні незастосованої зміни, тому вирішувати нема чого
nothing-in-doubt = це те саме замовлення, що й раніше, і жодне інше замовлення RO App не має його маркера: вирішувати нема чого
work-order-of-another = те замовлення RO App пов'язане з іншим замовленням
several-claims = кілька замовлень RO App мають його маркер (id { $ids }); видаліть його з нотаток усіх, крім одного
conflicts-unread = конфлікти, які ця версія програми не може прочитати

# Where an order is.
found = замовлення { $number } магазину «{ $store }»: { $here }; { $there }; { $next }
here-never = програма його ще не бачила
here-with-work-order = стан «{ $state }»{ $why }, замовлення RO App { $work_order }
here-without-work-order = стан «{ $state }»{ $why }, без замовлення RO App
there = у магазині воно є: статус «{ $status }», оформлене { $placed } ({ $zone })
there-changed = у магазині воно є: статус «{ $status }», оформлене { $placed } ({ $zone }), змінене після останнього читання
there-unreadable = у магазині воно є, але його дані неможливо прочитати ({ $error })
there-no-longer = магазин його зараз не показує
there-never = у магазині такого замовлення немає
there-unsure = магазин не може сказати, чи є в ньому таке замовлення: { $why }
there-not-asked = магазин не вдалося запитати: { $why }
switched-off = його вимкнено
unsure-numbers-ignored = він не враховує запитаних номерів («ids» у orders/get) і надіслав інші замовлення
unsure-number-unreadable = він надіслав замовлення, номер якого неможливо прочитати

# When something happens.
when-now = зараз
when-at = { $moment } UTC
when-a-daemon-runs = { $when } (щойно запрацює синхронізація)
when-polled = під час наступного опитування, { $when }
when-audited = під час нічної звірки
when-audited-or-fetched = під час нічної звірки; щоб не чекати, { do-fetch }

# What happens next to an order.
next-nothing = нічого не відбувається
next-kept = його буде збережено зі станом «не читається» { $when }
next-if-new = якщо воно нове й підлягає імпорту, то надійде { $when }
next-skipped = воно залишається поза імпортом, як вирішено; { $shown ->
    [page] «Створити» на його сторінці
   *[command] `store doubles { $called } { $number } --create`
} це змінить
next-not-sent = у RO App його не буде передано{ $why }
next-after-reason = { $why }; { $next }
next-when-included = його буде передано в RO App, коли воно вийде з цього статусу; це перевіряється { $checked ->
    [polled] під час кожного опитування, доки воно нове, а потім щоночі
   *[nightly] щоночі
}
next-once-read = { $next }, але лише коли магазин знову читатиметься; { $why }
next-arrives = воно надійде { $when }
next-arrives-imported = воно надійде під час імпорту, який уже триває
next-arrives-audited = воно підлягає імпорту, але надто давнє для опитувань: надійде під час нічної звірки; щоб не чекати, { do-check }
next-in-scope = тепер воно підлягає імпорту: воно надійде { $when }; щоб не чекати, { do-fetch }
next-then-held = { $next }; після цього воно потребуватиме уваги: { $why }
next-removed = нічого не відбувається: замовлення RO App не створюється знову, доки ви про це не попросите
next-synced-again = його буде знову синхронізовано { $when }
next-gone = нічого не відбувається: замовлення RO App, якщо воно є, залишається
next-deleted = воно вважатиметься видаленим, якщо його тричі протягом години не буде знайдено; ще раз його буде перевірено { $when }
next-newest = найновіша версія надійде { $when }
next-compared = його буде знову порівняно { $when }
next-read-again = його буде знову прочитано { $when }
next-conflict = відмінності між магазином і RO App очікують на ваше рішення
next-conflict-stopped = відмінності між магазином і RO App очікують на ваше рішення, але прийняти його неможливо, доки магазин не синхронізується; { $why }
next-undecided = воно очікує на ваше рішення, як пояснено в причині
next-stays = стан «{ $state }» залишається, доки замовлення не зміниться в магазині або доки ви не натиснете «Повторити»
next-stays-stopped = стан «{ $state }» залишається; { $why }
next-stays-unread = стан «{ $state }» залишається, доки ви не натиснете «Повторити» або доки замовлення не зміниться в магазині; { $why }
next-other-key = { $shown ->
    [page] воно очікує на інший ключ API: щоб ввести його, { do-key }
   *[command] воно очікує на інший ключ API: cartum-roapp account edit { $account } --api-key-file FILE
}
next-roapp-away = RO App недоступний{ $why }; наступна спроба — { $when }
next-tried = наступна спроба — { $when }
next-store-off = нічого не відбувається, доки магазин вимкнено (щоб увімкнути його, натисніть «Змінити налаштування»)
next-store-draft = магазин — ще чернетка: нічого не відбувається, доки { $shown ->
    [page] його не імпортовано; натисніть «Зберегти й імпортувати замовлення»
   *[command] його не імпортовано командою: cartum-roapp store import { $called }
}
next-store-paused = магазин призупинено{ $why }: нічого не відбувається, доки { $shown ->
    [page] його роботу не відновлено; натисніть «Відновити»
   *[command] його роботу не відновлено командою: cartum-roapp store resume { $called }
}
next-store-without-login = магазину потрібні дані для входу: він не читається, доки вони знову не запрацюють (щоб виправити їх, { do-login }; наступна спроба — { $when })

# How far a request is.
not-read-yet = магазин ще не прочитано; чи працює синхронізація? Запит залишається в черзі
not-fetched-yet = магазин ще не прочитано; чи працює синхронізація? Запити залишаються в черзі
not-read = магазин «{ $store }» не вдалося прочитати: { $error }
not-audited = магазин «{ $store }» не вдалося прочитати: { $error }; звірка залишається в черзі
still-being-read = магазин ще читається
still-being-audited = магазин ще читається; { $shown ->
    [page] загляньте сюди пізніше
   *[command] `store show { $called }` покаже, коли звірку буде завершено
}
paused-with-orders = магазин призупинено, { $count ->
    [one] очікує { $count } замовлення
    [few] очікують { $count } замовлення
    [many] очікує { $count } замовлень
   *[other] очікує { $count } замовлень
}{ $why }
orders-wait-for-account = { $count ->
    [one] { $count } замовлення очікує
    [few] { $count } замовлення очікують
    [many] { $count } замовлень очікують
   *[other] { $count } замовлень очікують
}, доки акаунт «{ $account }» знову не запрацює{ $why }
orders-still-wait = { $count ->
    [one] { $count } замовлення ще очікує
    [few] { $count } замовлення ще очікують
    [many] { $count } замовлень ще очікують
   *[other] { $count } замовлень ще очікують
}{ $shown ->
    [page] {""}
   *[command] ; їх показує `order list --store { $called } --state waiting`
}
import-stopped = імпорт магазину «{ $store }» зупинено{ $why }
