# The frame of every page.
skip = Перейти до вмісту
nav = Головне меню
nav-stores = Магазини
nav-orders = Замовлення
nav-accounts = Акаунти
nav-users = Користувачі
language = Мова
choose = Вибрати
to-start = На головну

# Signing in.
sign-in = Увійти
sign-out = Вийти
sign-in-wrong = Неправильне ім'я або пароль.
sign-in-forgotten = Забули пароль? Нове посилання для вас може створити адміністратор цього сервера: cartum-roapp user reset NAME
user-name = Ім'я користувача
user-name-hint = Ім'я, з яким ви входите.
password = Пароль
new-password = Новий пароль
new-password-hint = Щонайменше { $shown } символів.
present-password = Поточний пароль
set-password = Встановити пароль
welcome = Вітаємо
welcome-first = Ви — перший користувач. Виберіть ім'я та пароль для входу.
welcome-again = Виберіть пароль для входу.
used-link = Це посилання більше не працює
used-link-fix = Його вже використано, або минуло понад 24 години. Попросіть нове в того, хто його надіслав.
me = Мій профіль
change-password = Змінити пароль
end-sessions = Вийти на всіх пристроях
end-sessions-hint = Завершує ваші сеанси в усіх браузерах, зокрема в цьому.
told-signed-out = Ви вийшли із системи.
told-signed-out-everywhere = Ви вийшли із системи на всіх пристроях.
told-password-changed = Пароль змінено; інші ваші сеанси завершено.
told-welcome = Ви ввійшли в систему.

# Errors.
error-not-found = Такої сторінки немає
error-only-look = Тут ви можете переглядати, але не змінювати
error-old-form = Форма застаріла: поверніться назад, оновіть сторінку та спробуйте ще раз
error-long-form = Форма завелика
error-unencrypted = Ця сторінка доступна лише на цьому комп'ютері або через зашифроване з'єднання. Відкрийте її через https і вкажіть у http.trusted_proxy адресу проксі-сервера
error-database = База даних не відповідає. Спробуйте ще раз за хвилину
error-refused = Це не вдалося виконати
error-internal = Сталася внутрішня помилка. Подробиці є в журналі

# How long ago.
ago-now = щойно
ago-minutes = { $shown } хв тому
ago-hours = { $count ->
    [one] { $shown } годину тому
    [few] { $shown } години тому
    [many] { $shown } годин тому
   *[other] { $shown } годин тому
}
ago-days = { $shown } дн. тому

# Stores.
add-store = Додати магазин
add-account = Додати акаунт RO App
no-stores = Магазинів ще немає. Додайте перший: два кроки — і його замовлення надходять у RO App.
no-accounts = Спершу підключіть акаунт RO App. Потім ви додасте до нього свої магазини.
search-stores = Назва, акаунт або сайт
search = Шукати
nothing-found = Нічого не знайдено.
page-before = Назад
page-after = Далі
back = Назад
wait-for-you = { $count ->
    [one] { $shown } замовлення очікує на вас
    [few] { $shown } замовлення очікують на вас
    [many] { $shown } замовлень очікують на вас
   *[other] { $shown } замовлень очікують на вас
}
notices-open = { $count ->
    [one] { $shown } сповіщення
    [few] { $shown } сповіщення
    [many] { $shown } сповіщень
   *[other] { $shown } сповіщень
}
health-fine = Прочитано { $ago }
health-not-read-yet = Ще не прочитано
health-importing = Імпорт замовлень: { $done } із { $found }
health-waiting = { $count ->
    [one] { $shown } замовлення очікує на вас
    [few] { $shown } замовлення очікують на вас
    [many] { $shown } замовлень очікують на вас
   *[other] { $shown } замовлень очікують на вас
}
health-login-refused = Магазин відхиляє дані для входу з { $since }
health-needs-key = RO App відхиляє ключ API з { $since }
health-roapp-silent = RO App не відповідає з { $since }
health-store-silent = Магазин не відповідає з { $since }
health-stopped = Зупинено: { $why }
health-paused = Призупинено вручну
health-draft = Налаштування не завершено
health-off = Вимкнено
health-unreadable = Налаштування неможливо прочитати
next-poll = Наступне опитування магазину: { $at }
go-on = Продовжити налаштування
sync-now = Синхронізувати зараз
pause = Призупинити
resume = Відновити
edit-settings = Змінити налаштування
new-login = Нові дані для входу
see-import = Імпорт триває: переглянути перебіг
notices = Що варто знати
no-orders-yet = Замовлень ще немає.
conflicts = Змінено з обох боків
audit = Нічна звірка
audit-last = Остання звірка: { $at }
audit-never = Звірки ще не було. Вона виконується щоночі автоматично.
audit-balances = сходиться
audit-has-gaps = є розбіжності
audit-gap = розбіжність
audit-gaps-count = { $count ->
    [one] розбіжності за { $shown } день
    [few] розбіжності за { $shown } дні
    [many] розбіжності за { $shown } днів
   *[other] розбіжності за { $shown } днів
}
audit-days = За днями
audit-now = Звірити зараз
audit-explained = Щоночі магазин читається ще раз, від початку періоду імпорту. Замовлення за кожен день і їхня сума порівнюються з даними програми до копійки.
audit-no-date = без дати
amount-unknown = невідомо
day = День
orders-in-store = Замовлень у магазині
sum = Сума
about-store = Про магазин
account = Акаунт RO App
connected-at = Підключено
window-from = Замовлення з
delete-store = Видалити цей магазин
delete-store-named = Видалити «{ $name }»?
delete-stops = Його замовлення більше не синхронізуватимуться, а пароль буде стерто.
delete-keeps = Його замовлення в RO App залишаться без змін.
delete-again = Магазин можна додати знову: нічого не буде створено двічі.
delete-type-name = Для підтвердження введіть назву магазину: { $name }
delete-other-name = Це не назва цього магазину.
told-sync-queued = Магазин зараз читається.
told-paused = Магазин призупинено. Нічого не читається й не записується, доки ви не відновите його роботу.
told-resumed = Роботу магазину відновлено; він зараз читається.
told-audit-queued = Звірка триває. Оновіть цю сторінку за хвилину, щоб побачити результат.
told-store-deleted = Магазин видалено.

# States of an order.
state-waiting = Передається
state-synced = У RO App
state-incomplete = Потребує уваги: є відмінності
state-held = Потребує уваги
state-failed = Потребує уваги: відхилено
state-excluded = Не імпортується
state-unreadable = Потребує уваги: не читається
state-gone = Видалено в магазині
state-removed = Видалено в RO App

# Fields of a store's settings.
field-site_url = Адреса сайту

# Orders.
search-orders = Номер, телефон, ім'я або e-mail
state = Стан
all = Усі
store = Магазин
placed-from = Оформлено з
placed-to = Оформлено до
waits-for-you = Очікує на вас
to-review = Перевірити клієнта
same-reason = { $count ->
    [one] { $shown } замовлення:
    [few] { $shown } замовлення:
    [many] { $shown } замовлень:
   *[other] { $shown } замовлень:
}
retry-all = { $count ->
    [1] Повторити
    [one] Повторити всі { $shown }
    [few] Повторити всі { $shown }
    [many] Повторити всі { $shown }
   *[other] Повторити всі { $shown }
}
where-is = Де замовлення { $number }?
ask-store = Запитати магазин
to-order = Відкрити замовлення
as-csv = Завантажити як CSV
column-number = Номер
column-store = Магазин
column-placed-at = Оформлено
column-state = Стан
column-reason = Причина
column-work-order = Замовлення RO App
column-total = Сума
order-named = Замовлення { $number }
in-store = У магазині
in-roapp = У RO App
pending-change = Не записано
status = Статус
buyer = Покупець
client = Клієнт
lines = Товари
product = Товар
product-id = товар { $id }
article = Артикул
quantity = Кількість
price = Ціна
discount = Знижка
none-yet = ще немає
as-received = Вихідні дані від магазину
earlier-orders = Попередні замовлення з цим номером
history = Що відбулося
decided-already = Ви вже прийняли рішення; воно виконується.
do-retry = Повторити
do-resync = Порівняти знову
do-fetch = Отримати з магазину
do-recreate = Створити знову
do-keep-store = Залишити значення магазину
do-keep-roapp = Залишити значення RO App
do-same = Те саме замовлення
do-new = Інше замовлення
told-queued = { $count ->
    [one] Повторна спроба для { $shown } замовлення.
    [few] Повторна спроба для { $shown } замовлень.
    [many] Повторна спроба для { $shown } замовлень.
   *[other] Повторна спроба для { $shown } замовлень.
}
told-order-queued = Замовлення передається.
told-order-fetched = Замовлення отримано з магазину.
told-order-decided = Ваше рішення виконується.

# Setting a store up.
step-1 = Крок 1 з 2
step-2 = Крок 2 з 2
continue = Продовжити
save = Зберегти
cancel = Скасувати
yes = Так
no = Ні
none = немає
nothing = не передавати
please-choose = Виберіть
more-settings = Інші налаштування
edit-statuses = Змінити статуси
edit-holds-for = Зміни діють для нових замовлень і для тих, які відтепер зміняться в магазині. Те, що вже є в RO App, залишається без змін.
form-has-faults = Ще нічого не збережено: перевірте позначене нижче.
before-you-start = Перш ніж почати
before-plan = Ваш тарифний план Cartum має включати доступ до API.
before-user = У Cartum додайте користувача лише для цієї мети: «Налаштування > Адміністратори», роль «Менеджер». Там вказано його ім'я користувача; це не адреса e-mail.
before-rights = У RO App працівник, якому належить ключ API, має бачити локацію замовлень; бажано, щоб він мав право «Може додавати товари без списання».
before-connector = Вимкніть для цього магазину власну інтеграцію RO App із Cartum: якщо працюють обидві, кожне замовлення надходить двічі.
field-enabled = Інтеграцію ввімкнено
field-platform = Платформа
field-name = Назва магазину
field-login = Логін
field-password = Пароль
field-location_id = Локація
field-order_type_id = Тип замовлення
field-language = Мова
field-identify_products_by = Розпізнавати товари за
field-managers = Менеджери
field-line_executor_id = Виконавець позицій
field-product_category_id = Категорія товарів
field-unknown_products = Невідомі товари
field-import_months = Місяців для імпорту
field-time_zone = Часовий пояс
field-phone_region = Країна телефонів
field-currency = Валюта
field-name_order = Порядок імені
field-due_in_days = Термін у днях
field-discount_sponsor = За чий рахунок знижка
field-ad_campaign_id = Кампанія
field-custom_fields = Власні поля
hint-name = Ваша власна назва магазину, до 64 символів.
hint-site_url = Як у вашому браузері, з https://
hint-login = Ім'я користувача адміністратора Cartum, а не адреса e-mail.
hint-password-kept = Залиште порожнім, щоб не змінювати поточний пароль.
hint-language = Мова назв товарів і наших текстів у замовленнях RO App. Якщо порожньо, то мова, яку використовує магазин.
hint-line_executor_id = RO App показує цього працівника в кожній позиції й може нараховувати йому за це оплату.
hint-product_category_id = Для товарів, яких ще немає в RO App.
hint-unknown_products = Що робити з товаром, якого немає в RO App. Товар-замінник один на весь магазин і стоїть замість усіх таких товарів; справжня назва вказується в коментарі до позиції.
hint-import_months = За скільки минулих місяців виконується перший імпорт.
hint-measured = Якщо порожньо, визначається за даними магазину.
hint-phone_region = Країна телефонних номерів без коду країни, дві літери. Якщо порожньо, береться з магазину.
hint-currency = Валюта магазину; має збігатися з валютою вашого акаунта RO App: суми не конвертуються. Якщо порожньо, береться з магазину.
hint-due_in_days = Лише якщо форма RO App вимагає термін виконання.
hint-discount_sponsor = Чи нараховується оплата вашим працівникам із суми зі знижкою.
hint-custom_fields = Власний текст або значення зі списку, наприклад номер замовлення.
choice-sku = Артикул (SKU)
choice-code = Код
choice-barcode = Штрихкод
choice-title = Назва
choice-create = Створювати
choice-placeholder = Брати товар-замінник
choice-hold = Утримувати замовлення
choice-first_last = Спершу ім'я
choice-last_first = Спершу прізвище
choice-staff = Працівників
choice-company = Компанії
managers-all = Усі: менеджер не призначається, замовлення бачать усі менеджери
managers-selected = Вибрані: призначаються по черзі
executor-manager = Менеджер замовлення
statuses = Статуси
statuses-explained = Кожному статусу вашого магазину відповідає статус у RO App. Ми пропонуємо однакові за змістом.
status-in-store = Статус у магазині
status-in-roapp = Статус у RO App
status-initial = Початковий статус типу замовлення
status-for = Статус RO App для «{ $status }»
status-back-for = Статус магазину для «{ $status }»
first-import = Виключені статуси
leave-out = не брати в перший імпорт
write-back = Статуси назад у магазин
write-back-explained = Коли ваші працівники встановлюють статус у RO App, магазин отримує вибраний тут, якщо там досі той статус, який програма бачила востаннє.
allow-canceled = Дозволити статус 4 («Скасовано») у магазині. Через API він не повертає товари на склад і блокує замовлення.
import = Перший імпорт
import-explained = Доки ви не натиснете кнопку, у RO App нічого не записується.
import-orders = Замовлень для імпорту
import-left-out = Виключено
import-time = Орієнтовний час
minutes = { $count ->
    [0] менше хвилини
    [one] { $shown } хвилина
    [few] { $shown } хвилини
    [many] { $shown } хвилин
   *[other] { $shown } хвилин
}
more-than = понад
import-notifies = RO App може сповіщати клієнтів і працівників про нові замовлення. Це залежить від його власних налаштувань: спершу перевірте їх.
no-daemon = Синхронізація не працює, тому нічого не відбуватиметься, доки її не запустять: cartum-roapp run
save-and-import = Зберегти й імпортувати замовлення
import-over = Імпорт завершено.
import-reading = Магазин читається…
import-goes-on = Цю сторінку можна закрити: імпорт триватиме.
progress-of = { $done } із { $found }
minutes-left = { $count ->
    [0] залишилося менше хвилини
    [one] залишилося близько { $shown } хвилини
    [few] залишилося близько { $shown } хвилин
    [many] залишилося близько { $shown } хвилин
   *[other] залишилося близько { $shown } хвилин
}
a-minute = замовлень за хвилину: { $shown }
to-store = До магазину
told-saved = Збережено.

# Accounts.
account-name = Назва акаунта
hint-account-name = Ваша власна назва, наприклад назва вашої компанії.
api-key = Ключ API
hint-api-key = У RO App: «Налаштування > API». Ключ перевіряється, а потім зберігається зашифрованим.
hint-new-key = Ключ тієї самої компанії. Він перевіряється, перш ніж замінити поточний.
base-url = Адреса API
hint-base-url = https://api.roapp.io для всіх.
test-and-save = Перевірити й зберегти
before-key = У RO App створіть ключ API: «Налаштування > API». Ваш тарифний план має включати доступ до API.
account-works = Працює
account-needs-key = RO App відхиляє ключ API
account-silent = RO App не відповідає
stores-count = { $count ->
    [0] немає магазинів
    [one] { $shown } магазин
    [few] { $shown } магазини
    [many] { $shown } магазинів
   *[other] { $shown } магазинів
}
last-answer = Остання відповідь
calls-a-second = Запитів за секунду
check-account = Перевірити зараз
new-key = Новий ключ
webhook = Вебхук
webhook-explained = Завдяки вебхуку зміни в RO App помітні одразу, а не під час наступного опитування. Вкажіть його адресу в RO App, у розділі «Налаштування > API», для подій Order.Created, Order.Status.Changed і Order.Deleted.
webhook-show = Показати адресу
webhook-secret = Тримайте адресу в таємниці: вона діє як пароль.
delete-account = Видалити цей акаунт
delete-account-explained = Його ключ API буде стерто. Пізніше акаунт можна додати знову: нічого не буде створено двічі.
told-account-added = Акаунт підключено. Тепер додайте свій перший магазин.
told-account-checked = Акаунт працює: ключ дійсний, дані компанії та списки читаються.
told-key-saved = Новий ключ працює, його збережено.
told-account-deleted = Акаунт видалено.

# Users.
role = Роль
role-admin = Адміністратор: може все змінювати
role-viewer = Спостерігач: може переглядати
reach-every = Усі акаунти, зокрема додані пізніше
reach-some = Лише ці:
last-seen = Остання активність
no-password-yet = ще без пароля
add-user = Додати користувача
user-link = Надішліть це посилання користувачеві. За ним встановлюють пароль; воно працює один раз і показується лише зараз:
user-is-you = Це ви. Ваші права може змінити інший адміністратор.
reset-user = Створити нове посилання
reset-explained = За новим посиланням користувач встановлює інший пароль. До того часу діє поточний.
remove-user = Видалити цього користувача
told-user-removed = Користувача видалено.

# The demo.
demo = Це демонстрація, повністю на вашому комп’ютері. Простежте за замовленням:
demo-shop = магазин
demo-board = застосунок RO App
error-too-many-tries = Забагато спроб входу очікують на відповідь. Спробуйте за пів хвилини
error-unreadable = Ця версія не може це прочитати. Подробиці в журналі
health-overdue = Не зчитано від { $since }: чи працює синхронізація?
health-behind = Замовлення очікують від { $since }
no-longer-listed = вже немає у списку RO App
store-at-rest = Замовлення не можна змінити, поки магазин не налаштований, призупинений або вимкнений.
csv-more = Знайдено більше: звузьте список.
try-again = Спробувати ще раз

# Freshness, and who changed what.
freshness = Швидкість
freshness-text = Від оформлення до RO App за останню добу: половина з { $orders } нових замовлень — за { $median }, усі — за { $worst }.
freshness-chart = Найповільніше замовлення кожної години за останні 24 години
span-less = менше хвилини
span-minutes = { $minutes } хв
span-hours = { $hours } год { $minutes } хв
changes = Зміни налаштувань
by-command-line = у командному рядку
change-secret = { $what }: змінено
change-value = { $what }: { $before } → { $after }
field-state = Стан
field-api_key = Ключ API
field-webhook_secret = Секрет вебхука
field-calls_per_second = Запитів за секунду
field-excluded_statuses = Виключені статуси
field-status_map = Статуси
field-write_back = Статуси назад у магазин
field-allow_store_status_4 = Дозволити статус 4
choose-product = Вибрати товар
choose-product-for = Який товар у RO App відповідає «{ $title }»? Вибір діятиме для всіх замовлень із ним.
take-this = Цей
no-candidates = У RO App немає нічого схожого. Додайте товар там, а потім натисніть «Повторити».
next-try = Очікує: наступна спроба о { $at }

# The rehearsal, and orders that RO App may have already.
rehearsal = Пробний прогін
rehearse = Почати пробний прогін
rehearse-again = Повторити пробний прогін
rehearsal-explained = Пробний прогін читає ваші замовлення та RO App і показує, що зробив би імпорт. Він нічого не записує.
rehearsal-goes-on = Цю сторінку можна закрити: пробний прогін триватиме.
rehearsal-see = Переглянути результат
rehearsal-failed = Пробний прогін не вдалося завершити.
rehearsal-interrupted = Тим часом програму перезапустили.
stage-orders = Читаємо замовлення магазину
stage-people = Порівнюємо клієнтів
stage-products = Порівнюємо товари
stage-work-orders = Шукаємо замовлення, які вже є в RO App
rehearsal-found = Знайдено замовлень
rehearsal-in-roapp = Уже є в RO App
rehearsal-initial = Залишаться в першому статусі типу замовлення
rehearsal-calls = { $count ->
    [one] { $shown } запит до RO App
    [few] { $shown } запити до RO App
   *[other] { $shown } запитів до RO App
}
rehearsal-held-for = Які замовлення потребують вас і чому
rehearsal-clients = Клієнти
people-matched = Уже є в RO App
people-doubtful = Знайдено, але перевірте
people-new = Нові
people-without-contact = Нові, без телефону й e-mail
rehearsal-products = { $count ->
    [one] { $shown } товар
    [few] { $shown } товари
   *[other] { $shown } товарів
}
rehearsal-sample = { $count ->
    [one] Каталог RO App великий: порівняно лише { $shown } товар, який замовляють найчастіше.
    [few] Каталог RO App великий: порівняно лише { $shown } товари, які замовляють найчастіше.
   *[other] Каталог RO App великий: порівняно лише { $shown } товарів, які замовляють найчастіше.
}
rehearsal-keys-hint = З тим, чого не знайдено, буде зроблено так, як у налаштуваннях. Якщо інший ключ знаходить більше, змініть його на кроці 1 до імпорту.
match-rate = Знайдено
products-matched = Один збіг
products-new = Не знайдено
products-several = Кілька
products-blank = Немає ключа
chosen = обрано
doubles = Уже є в RO App?
doubles-explained = Ці замовлення схожі на замовлення, які вже є в RO App, можливо, з іншого конектора. «Пов’язати» залишає те замовлення RO App як є і відтепер синхронізує його з магазином. «Пропустити» не чіпає його й нічого не імпортує. «Створити» створює нове замовлення RO App. Доки ви не вирішите, замовлення чекає.
doubles-none = В RO App немає нічого схожого на ці замовлення.
doubles-none-waiting = Жодне замовлення імпорту не чекає на ваше рішення, чи є воно вже в RO App.
doubles-not-all = В RO App дуже багато замовлень: на дублікати перевірено лише найновіші.
doubles-waiting = { $count ->
    [one] { $shown } замовлення, можливо, вже є в RO App. Воно чекає на ваше рішення.
    [few] { $shown } замовлення, можливо, вже є в RO App. Вони чекають на ваше рішення.
   *[other] { $shown } замовлень, можливо, вже є в RO App. Вони чекають на ваше рішення.
}
doubles-all = { $count ->
    [one] { $shown } замовлення чекає на ваше рішення
    [few] { $shown } замовлення чекають на ваше рішення. Усі разом:
   *[other] { $shown } замовлень чекають на ваше рішення. Усі разом:
}
doubles-decide = Вирішити для кожного окремо
link-all = Пов’язати всі
skip-all = Пропустити всі
create-all = Створити всі
do-link = Пов’язати з { $work_order }
do-skip = Пропустити
do-create = Створити
double-link = буде пов’язано
double-skip = пропущено
double-create = буде створено
made-at = Створено
why = Чому
to-import = Перейти до імпорту
told-doubles-decided = { $count ->
    [one] Рішення для { $shown } замовлення збережено.
   *[other] Рішення для { $shown } замовлень збережено.
}
landed = Останні в RO App

# A changed status map.
remapped = { $count ->
    [one] { $shown } відкрите замовлення має в RO App інший статус, ніж визначає нова відповідність.
    [few] { $shown } відкриті замовлення мають в RO App інший статус, ніж визначає нова відповідність.
   *[other] { $shown } відкритих замовлень мають в RO App інший статус, ніж визначає нова відповідність.
}
remapped-present = Зараз у RO App
remapped-new = За новою відповідністю
remapped-more = { $count ->
    [one] і ще { $shown }
   *[other] і ще { $shown }
}
remapped-explained = Сама собою нова відповідність нічого не змінює. Якщо порівняти ці замовлення ще раз, вони отримають статус за новою відповідністю. Замовлень, статус яких хтось установив у RO App, серед них немає: вони його зберігають.
remapped-resync = Зберегти й порівняти їх ще раз
remapped-leave = Зберегти й залишити як є
told-saved-and-compared = { $count ->
    [one] Збережено. { $shown } замовлення порівнюється ще раз.
    [few] Збережено. { $shown } замовлення порівнюються ще раз.
   *[other] Збережено. { $shown } замовлень порівнюються ще раз.
}

# The client of an order.
check-client = Перевірити клієнта
check-client-explained = Якщо клієнт правильний, нічого не зміниться. Якщо обрати іншого, замовлення RO App перейде до нього, як і наступні замовлення цього покупця.
client-is-right = Усе правильно
take-this-client = Це він
client-by-id = Інший клієнт, за id в RO App
no-clients = В RO App немає нікого з телефоном чи e-mail покупця.
phone = Телефон
e-mail = Електронна пошта
told-client-confirmed = Клієнта підтверджено.
client-linked = пов’язаний
account-settings = Налаштування
hint-calls_per_second = «auto» визначає, скільки запитів приймає RO App (дозволено 3). Фіксоване число залишає решту іншим програмам.
hint-webhook_secret = Лише якщо RO App показує для вебхука власний секрет. Якщо залишити порожнім, чинний не зміниться.
rehearsal-doubles = Можливо, вже в RO App: вирішіть
people-not-compared = Не порівняно: їх забагато
