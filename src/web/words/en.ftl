# The frame of every page.
skip = Skip to the content
nav = Main menu
nav-stores = Stores
nav-orders = Orders
nav-accounts = Accounts
nav-users = Users
language = Language
choose = Choose
to-start = To the start page

# Signing in.
sign-in = Sign in
sign-out = Sign out
sign-in-wrong = The name or the password is wrong.
sign-in-forgotten = Forgot your password? Whoever runs this server can make a new link for you: cartum-roapp user reset NAME
user-name = User name
user-name-hint = The name that you sign in with.
password = Password
new-password = New password
new-password-hint = At least { $shown } characters.
present-password = Present password
set-password = Set the password
welcome = Welcome
welcome-first = You are the first user. Choose a name and a password to sign in with.
welcome-again = Choose a password to sign in with.
used-link = This link no longer works
used-link-fix = It was used already, or is older than 24 hours. Ask whoever sent it for a new one.
me = My profile
change-password = Change password
end-sessions = Sign out everywhere
end-sessions-hint = Ends your sessions in all browsers, this one included.
told-signed-out = You are signed out.
told-signed-out-everywhere = You are signed out in all browsers.
told-password-changed = The password is changed; your other sessions have ended.
told-welcome = You are signed in.

# Errors.
error-not-found = There is no such page
error-only-look = You may look here, but change nothing
error-old-form = This form is out of date: go back, reload the page and try again
error-long-form = The form is too long
error-unencrypted = This page is served only on this machine or through an encrypted connection. Open it by https, and set http.trusted_proxy to the address of the proxy
error-database = The database does not answer. Try again in a minute
error-refused = That was not possible
error-internal = Something went wrong here. The log has the details

# How long ago.
ago-now = just now
ago-minutes = { $shown } min ago
ago-hours = { $count ->
    [one] { $shown } hour ago
   *[other] { $shown } hours ago
}
ago-days = { $shown } days ago

# Stores.
add-store = Add a store
add-account = Add a RO App account
no-stores = There is no store yet. Add one: two steps, and its orders arrive in RO App.
no-accounts = First connect a RO App account. Then you add your stores to it.
search-stores = Name, account or website
search = Search
nothing-found = Nothing found.
page-before = Back
page-after = More
back = Back
wait-for-you = { $count ->
    [one] { $shown } order waits for you
   *[other] { $shown } orders wait for you
}
notices-open = { $count ->
    [one] { $shown } notice
   *[other] { $shown } notices
}
health-fine = Read { $ago }
health-not-read-yet = Not read yet
health-importing = Importing: { $done } of { $found } orders done
health-waiting = { $count ->
    [one] { $shown } order waits for you
   *[other] { $shown } orders wait for you
}
health-login-refused = Login refused since { $since }
health-needs-key = RO App has refused the API key since { $since }
health-roapp-silent = RO App has not answered since { $since }
health-store-silent = The store has not answered since { $since }
health-stopped = Stopped: { $why }
health-paused = Paused by you
health-draft = Set-up not finished
health-off = Switched off
health-unreadable = Its settings cannot be read
next-poll = Next look at the store: { $at }
go-on = Continue the set-up
sync-now = Sync now
pause = Pause
resume = Resume
edit-settings = Edit settings
new-login = New login
see-import = The import is running: see how far it is
notices = What you should know
no-orders-yet = No orders yet.
conflicts = Changed on both sides
audit = Nightly audit
audit-last = Last audit: { $at }
audit-never = There was no audit yet. It runs each night, by itself.
audit-balances = balances
audit-has-gaps = has gaps
audit-gap = gap
audit-gaps-count = { $count ->
    [one] a gap on { $shown } day
   *[other] gaps on { $shown } days
}
audit-days = Day by day
audit-now = Check now
audit-explained = Each night the store is read once more, from the start of the import on. Each day’s orders and their sum are compared with what is here, to the cent.
audit-no-date = no date
amount-unknown = unknown
day = Day
orders-in-store = Orders in the store
sum = Sum
about-store = About this store
account = RO App account
connected-at = Connected
window-from = Orders from
delete-store = Delete this store
delete-store-named = Delete “{ $name }”?
delete-stops = Its orders are no longer synced, and its password is erased.
delete-keeps = Its work orders stay in RO App as they are.
delete-again = You can add the shop again: nothing is created twice.
delete-type-name = Type the store’s name to confirm: { $name }
delete-other-name = That is not the store’s name.
told-sync-queued = The store is being read now.
told-paused = The store is paused. Nothing is read or written until you resume it.
told-resumed = The store goes on; it is read now.
told-audit-queued = The audit is running. Reload this page in a minute to see it.
told-store-deleted = The store is deleted.

# States of an order.
state-waiting = On its way
state-synced = In RO App
state-incomplete = Needs you: differs
state-held = Needs you
state-failed = Needs you: refused
state-excluded = Not imported
state-unreadable = Needs you: unreadable
state-gone = Deleted in the shop
state-removed = Deleted in RO App

# Fields of a store's settings.
field-site_url = Website URL

# Orders.
search-orders = Number, phone, name or e-mail
state = State
all = All
store = Store
placed-from = Placed from
placed-to = Placed until
waits-for-you = Waits for you
to-review = Client to check
same-reason = { $count ->
    [one] { $shown } order:
   *[other] { $shown } orders:
}
retry-all = { $count ->
    [one] Retry it
   *[other] Retry all { $shown }
}
where-is = Where is order { $number }?
ask-store = Ask the store
to-order = Open the order
as-csv = Download as CSV
column-number = Number
column-store = Store
column-placed-at = Placed
column-state = State
column-reason = Reason
column-work-order = Work order
column-total = Total
order-named = Order { $number }
in-store = In the store
in-roapp = In RO App
pending-change = Not written
status = Status
buyer = Buyer
client = Client
lines = Products
product = Product
product-id = product { $id }
article = Article
quantity = Quantity
price = Price
discount = Discount
none-yet = none yet
as-received = As the store sent it
earlier-orders = Earlier orders of this number
history = What happened
decided-already = You decided this; it is being carried out.
do-retry = Retry
do-resync = Compare again
do-fetch = Fetch from the store
do-recreate = Create again
do-keep-store = Keep the store’s values
do-keep-roapp = Keep RO App’s values
do-same = Same order
do-new = Another order
told-queued = { $count ->
    [one] { $shown } order is tried again.
   *[other] { $shown } orders are tried again.
}
told-order-queued = The order is on its way.
told-order-fetched = The order is fetched from the store.
told-order-decided = Your decision is being carried out.

# Setting a store up.
step-1 = Step 1 of 2
step-2 = Step 2 of 2
continue = Continue
save = Save
cancel = Cancel
yes = Yes
no = No
none = none
nothing = nothing
please-choose = Please choose
more-settings = More settings
edit-statuses = Edit the statuses
edit-holds-for = A change holds for new orders and for those that change in the store from now on. What is in RO App already stays.
form-has-faults = Nothing was saved yet: see what is marked below.
before-you-start = Before you start
before-plan = Your Cartum plan must include access to the API.
before-user = In Cartum, add a user for this purpose only: Settings > Administrators, role manager. Its user name stands there; it is not the e-mail address.
before-rights = In RO App, the employee of the API key must see the location of the work orders, and should have the right “Can add products without deduction”.
before-connector = Turn off RO App’s own Cartum integration for this shop: with both, each order arrives twice.
field-enabled = Integration enabled
field-platform = Platform
field-name = Store name
field-login = Login
field-password = Password
field-location_id = Location
field-order_type_id = Order type
field-language = Language
field-identify_products_by = Identify products by
field-managers = Managers
field-line_executor_id = Line executor
field-product_category_id = Product category
field-unknown_products = Unknown products
field-import_months = Months to import
field-time_zone = Time zone
field-phone_region = Phone region
field-currency = Currency
field-name_order = Name order
field-due_in_days = Due in days
field-discount_sponsor = Discount sponsor
field-ad_campaign_id = Campaign
field-custom_fields = Custom fields
hint-name = Your own name for the store, up to 64 characters.
hint-site_url = As in your browser, with https://
hint-login = The user name of the Cartum administrator, not the e-mail address.
hint-password-kept = Leave it empty to keep the present one.
hint-language = Of product titles and of our own texts in work orders. Left empty: the one that the store uses.
hint-line_executor_id = RO App shows this employee on each line, and may pay that person for it.
hint-product_category_id = For products that RO App does not have yet.
hint-unknown_products = What happens with a product that RO App does not have. The placeholder is one product per store that stands for all of them; the title stands in its comment.
hint-import_months = How far the first import goes back.
hint-measured = Left empty: measured from the store.
hint-phone_region = The country of phone numbers without a country code, two letters. Left empty: taken from the store.
hint-currency = The store’s, which must be that of your RO App account: nothing is converted. Left empty: taken from the store.
hint-due_in_days = Only where RO App’s form asks for a due date.
hint-discount_sponsor = Whether the pay of your staff follows the discounted sum.
hint-custom_fields = A text of your own, or what a list offers: the order’s number, for example.
choice-sku = Article (SKU)
choice-code = Code
choice-barcode = Barcode
choice-title = Title
choice-create = Create them
choice-placeholder = Use a placeholder
choice-hold = Hold the order for me
choice-first_last = First name first
choice-last_first = Last name first
choice-staff = Staff
choice-company = Company
managers-all = All: no manager is set, every manager sees the order
managers-selected = Selected: they take turns
executor-manager = The order’s own manager
statuses = Statuses
statuses-explained = Every status of your store gets one in RO App. We suggest what means the same.
status-in-store = Status in the store
status-in-roapp = Status in RO App
status-initial = The first one of the order type
status-for = RO App status for “{ $status }”
status-back-for = Store status for “{ $status }”
first-import = Excluded statuses
leave-out = leave out of the first import
write-back = Statuses back to the store
write-back-explained = When your staff sets a status in RO App, the store gets this one, if it still has the status that was last seen there.
allow-canceled = Allow status 4 (Canceled) in the store. By the API it does not return goods to stock, and it locks the order.
import = First import
import-explained = Nothing is written to RO App before you press the button.
import-orders = Orders to import
import-left-out = Left out
import-time = Takes about
minutes = { $count ->
    [0] less than a minute
    [one] { $shown } minute
   *[other] { $shown } minutes
}
more-than = more than
import-notifies = RO App may notify clients and staff of new work orders. Its own settings decide that: check them first.
no-daemon = No daemon is running, so nothing happens until somebody starts it: cartum-roapp run
save-and-import = Save and import work orders
import-over = The import is finished.
import-reading = Reading the store …
import-goes-on = You can close this page: the import goes on.
progress-of = { $done } of { $found }
minutes-left = { $count ->
    [0] less than a minute left
    [one] about { $shown } minute left
   *[other] about { $shown } minutes left
}
a-minute = { $shown } orders a minute
to-store = To the store
told-saved = Saved.

# Accounts.
account-name = Account name
hint-account-name = Your own name for it, such as that of your company.
api-key = API key
hint-api-key = In RO App: Settings > API. It is tested, and then kept encrypted.
hint-new-key = A key of the same company. It is tested before it takes the place of the present one.
base-url = Address of the API
hint-base-url = https://api.roapp.io for everybody.
test-and-save = Test and save
before-key = In RO App, make an API key: Settings > API. Your plan must include it.
account-works = Works
account-needs-key = RO App refuses the API key
account-silent = RO App does not answer
stores-count = { $count ->
    [0] no stores
    [one] { $shown } store
   *[other] { $shown } stores
}
last-answer = Last answer
calls-a-second = Calls a second
check-account = Check now
new-key = New key
webhook = Webhook
webhook-explained = With a webhook, changes in RO App are seen at once instead of with the next look. Enter its address in RO App under Settings > API, for the events Order.Created, Order.Status.Changed and Order.Deleted.
webhook-show = Show the address
webhook-secret = Keep the address secret: it works like a password.
delete-account = Delete this account
delete-account-explained = Its API key is erased. You can add it again later: nothing is created twice.
told-account-added = The account is connected. Now add your first store.
told-account-checked = The account works: key, company and lists can all be read.
told-key-saved = The new key works and is saved.
told-account-deleted = The account is deleted.

# Users.
role = Role
role-admin = Admin: may change everything
role-viewer = Viewer: may look
reach-every = All accounts, also those added later
reach-some = Only these:
last-seen = Last seen
no-password-yet = no password yet
add-user = Add a user
user-link = Send this link to the user. It sets the password, works once, and is shown only now:
user-is-you = That is you. Another admin can change what you may do.
reset-user = Make a new link
reset-explained = With a new link the user sets another password. The present one works until then.
remove-user = Remove this user
told-user-removed = The user is removed.

# The demo.
demo = This is a demo, all on your machine. Watch an order travel:
demo-shop = the shop
demo-board = RO App
error-too-many-tries = Too many sign-ins wait for an answer. Try again in half a minute
error-unreadable = This cannot be read by this release. The log has the details
health-overdue = Not read since { $since }: is the synchronisation running?
health-behind = Orders have been waiting since { $since }
no-longer-listed = not in RO App’s list any more
store-at-rest = Orders cannot be changed while the store is a draft, paused or switched off.
csv-more = More match: narrow the list down.
try-again = Try again

# Freshness, and who changed what.
freshness = Freshness
freshness-text = From placing to RO App on the last day: half of the { $orders } new orders within { $median }, all within { $worst }.
freshness-chart = The slowest order of each hour, the last 24 hours
span-less = less than a minute
span-minutes = { $minutes } min
span-hours = { $hours } h { $minutes } min
changes = Changes of settings
by-command-line = on the command line
change-secret = { $what }: changed
change-value = { $what }: { $before } → { $after }
field-state = State
field-api_key = API key
field-webhook_secret = Webhook secret
field-calls_per_second = Calls a second
field-excluded_statuses = Excluded statuses
field-status_map = Statuses
field-write_back = Statuses back to the store
field-allow_store_status_4 = Allow status 4
choose-product = Choose the product
choose-product-for = Which product of RO App is “{ $title }”? The choice holds for every order with it.
take-this = This one
no-candidates = RO App has nothing like it. Add the product there, then press Retry.
next-try = Waiting: next try at { $at }

# The rehearsal, and orders that RO App may have already.
rehearsal = Rehearsal
rehearse = Start the rehearsal
rehearse-again = Rehearse again
rehearsal-explained = The rehearsal reads your orders and RO App, and shows what the import would do. It writes nothing.
rehearsal-goes-on = You can close this page: the rehearsal goes on.
rehearsal-see = See what was found
rehearsal-failed = The rehearsal could not be finished.
rehearsal-interrupted = The program was restarted meanwhile.
stage-orders = Reading the store’s orders
stage-people = Comparing clients
stage-products = Comparing products
stage-work-orders = Looking for orders that RO App has already
rehearsal-found = Orders found
rehearsal-in-roapp = In RO App already
rehearsal-initial = Keep the order type’s first status
rehearsal-calls = { $count ->
    [one] { $shown } call to RO App
   *[other] { $shown } calls to RO App
}
rehearsal-held-for = Which orders need you, and why
rehearsal-clients = Clients
people-matched = In RO App already
people-doubtful = Matched, but please check
people-new = New
people-without-contact = New, without phone and e-mail
rehearsal-products = { $count ->
    [one] { $shown } product
   *[other] { $shown } products
}
rehearsal-sample = { $count ->
    [one] RO App’s catalogue is long: only the product ordered most was compared.
   *[other] RO App’s catalogue is long: only the { $shown } products ordered most were compared.
}
rehearsal-keys-hint = What is not found is handled as your settings say. If another key finds more, change it in step 1 before you import.
match-rate = Found
products-matched = One match
products-new = Not found
products-several = Several
products-blank = No such key
chosen = chosen
doubles = Already in RO App?
doubles-explained = These orders look like work orders that RO App has already, from another connector perhaps. “Link” keeps that work order as it is, and in step with the store from now on. “Skip” leaves it alone and imports nothing. “Create” makes a new work order. Until you decide, the order is held.
doubles-none = Nothing in RO App looks like one of the orders.
doubles-none-waiting = No order of the import waits for your decision on whether RO App has it already.
doubles-not-all = RO App has very many work orders: only the newest were looked through for doubles.
doubles-waiting = { $count ->
    [one] { $shown } order may already be in RO App. It is held until you decide.
   *[other] { $shown } orders may already be in RO App. They are held until you decide.
}
doubles-all = { $count ->
    [one] { $shown } order waits for your decision
   *[other] { $shown } orders wait for your decision. All at once:
}
doubles-decide = Decide one by one
link-all = Link all
skip-all = Skip all
create-all = Create all
do-link = Link with { $work_order }
do-skip = Skip
do-create = Create
double-link = to be linked
double-skip = skipped
double-create = to be created
made-at = Created
why = Why
to-import = To the import
told-doubles-decided = { $count ->
    [one] { $shown } order is decided.
   *[other] { $shown } orders are decided.
}
landed = The newest in RO App

# A changed status map.
remapped = { $count ->
    [one] { $shown } open order has another status in RO App than the new mapping gives.
   *[other] { $shown } open orders have another status in RO App than the new mapping gives.
}
remapped-present = Now in RO App
remapped-new = By the new mapping
remapped-more = { $count ->
    [one] and { $shown } more
   *[other] and { $shown } more
}
remapped-explained = A new mapping moves nothing by itself. If you compare these orders again, they get the status of the new mapping. Orders whose status somebody set in RO App are not among them: they keep it.
remapped-resync = Save and compare them again
remapped-leave = Save and leave them
told-saved-and-compared = { $count ->
    [one] Saved. { $shown } order is compared again.
   *[other] Saved. { $shown } orders are compared again.
}

# The client of an order.
check-client = Check the client
check-client-explained = If the client is right, nothing changes. If you choose another, the work order is given to that client, and later orders of this buyer follow.
client-is-right = This is right
take-this-client = It is this one
client-by-id = Another client, by the id in RO App
no-clients = RO App has nobody with the buyer’s phone or e-mail.
phone = Phone
e-mail = E-mail
told-client-confirmed = The client is confirmed.
client-linked = linked
account-settings = Settings
hint-calls_per_second = “auto” finds out how many RO App takes (it allows 3). A fixed number leaves the rest to other programs.
hint-webhook_secret = Only if RO App shows a secret of its own for the webhook. Left blank, the present one stays.
rehearsal-doubles = Perhaps in RO App: you decide
people-not-compared = Not compared: too many
