# What a person is told of stores, orders and accounts. Each message is stored as its code and its values.

# Users of the pages.
user-taken = there is a user "{ $name }" already; take another name
user-without-name = is empty; enter a name
user-name-long = is longer than { $most } characters
user-name-unprintable = contains a line break or another control character
no-user = there is no user "{ $name }"; the users are { $names }
no-user-yet = there is no user "{ $name }": no user exists yet{ $shown ->
    [page] {""}
   *[command] ; add one with `user add`
}
password-short = has fewer than { $least } characters
password-long = has more than { $most } characters
password-obvious = is too easy to guess; choose another one
not-read-now = could not be read completely just now; nothing was saved: try again
password-for-new-address = enter the password again: it is not sent to another address without that
user-without-account = choose at least one account
settings-changed-meanwhile = somebody else changed the settings meanwhile, so nothing was saved{ $shown ->
    [page] ; this page shows what you entered; save it once more to replace theirs
   *[command] ; look at them and run the command once more
}
password-wrong = is not your present password

# What a person can do about something, in other messages: a command, or a button on a page.
do-retry = { $shown ->
    [page] press “Retry”
   *[command] run `order retry`
}
do-recreate = { $shown ->
    [page] press “Create again”
   *[command] run `order resync --recreate`
}
do-resume = { $shown ->
    [page] press “Resume”
   *[command] run `store resume`
}
do-edit = { $shown ->
    [page] under “Edit settings”
   *[command] with `store edit`
}
do-login = { $shown ->
    [page] with “New login”
   *[command] with `store edit`
}
do-key = { $shown ->
    [page] with “New key”
   *[command] with `account edit`
}
do-check = { $shown ->
    [page] with “Check now”
   *[command] with `store audit`
}
do-fetch = { $shown ->
    [page] with “Fetch from the store”
   *[command] with `order resync --fetch`
}
do-choose-managers = { $shown ->
    [page] choose all, or some of the employees
   *[command] write "all", or a list of employee ids like [21, 22]
}

# Parts of a work order.
part-title = title
part-price = estimated price
part-notes = notes
part-field = custom field f{ $field }
part-status = status
part-client = client
part-line = line { $title }
part-item = RO App's line { $item }
part-item-of = RO App's line { $item } ({ $article })
pending-change = pending change

# What happened to an order: the store.
seen = seen in the store
seen-not-worked = seen in the store: { $state }, { $reason }
changed = changed in the store
changed-not-worked = changed in the store: { $state }, { $reason }
found-again = back in the store; processing continues
missing-in-store = missing in the store three times over an hour: treated as deleted there
no-longer-excluded = no longer excluded: the settings changed
number-again = the number now belongs to another order
number-back = the store shows the earlier order of this number again

# What a person asked or decided.
asked-retry = retry requested
asked-resync = resync requested
asked-recreate = new work order requested
decided-store = a person decided: the store's values win
decided-roapp = a person decided: RO App's values win
decided-own = a person decided: work order { $work_order } belongs to this order; linked
decided-not-own = a person decided: work order { $work_orders } does not belong to this order; a new one is created
decided-same = a person decided: it is still the same order; its work order is updated
decided-another = a person decided: the number now belongs to another order
decided-another-of = a person decided: the number now belongs to another order; work order { $work_order } stays with the earlier one
decided-product = a person chose product { $product } for "{ $title }"
chosen-product = chosen by a person
no-product-to-choose = order { $number } is not held for a product; reload the page
no-such-product = RO App has no product { $product } any more; choose another one

# What was written to RO App.
person-linked = person { $person }: { $reason }
product-made = product { $product } created
work-order-made = work order created: { $work_order }
work-order-found = work order found by its marker: { $work_order }
line-changed = line changed
line-removed = line removed
line-removed-already = line was already removed
line-found = line found in the work order
status-set = status set to { $status }
client-set = client of the work order set to { $client }
client-set-instead = client of the work order changed from { $before } to { $client }
head-changed = notes and fields changed
head-changed-plainer = notes and fields changed, with simpler texts because RO App refused the originals ({ $error })
head-changed-partly = notes and fields changed, except what RO App refuses: { $parts } ({ $error })
comment-added = comment added
comment-refused = comment refused: { $error }
comment-unclear = comment sent, delivery unknown: { $error }
not-made = { $record ->
    [person] the person
    [product] the product
    [work_order] the work order
    [line] the line
   *[comment] the comment
} was not made; it is made anew
in-step = synced: total, status and marker verified
repaired = lines differ from what was written; repaired once
try = try { $try }: { $reason }
parked = { $state }: { $reason }

# Conflicts.
conflict = conflict: { $part }: store { $store }, RO App { $roapp }
agreed = conflict resolved: { $part } is now the same on both sides
not-settled = { $reason }
not-written = { $part } is not written to RO App: { $reason }
settled-store = resolved with the store's values: { $parts }
settled-roapp = resolved with RO App's values: { $parts }
still-pending = the pending change still cannot be written: { $reason }

# What people did in RO App.
moved = a person changed the status in RO App from { $from } to { $to }
given = a person assigned the work order to client { $client } in RO App
given-to = a person assigned the work order to client { $client } ({ $name }) in RO App
closed = closed in RO App
reopened = reopened in RO App
written-off = goods were written off in RO App: its lines are no longer changed
brought-back = goods are no longer written off in RO App
fields-changed = a person changed notes or fields in RO App; the change is kept
lines-changed = a person changed lines in RO App; the change is kept
removed = work order { $work_order } was deleted in RO App
still-there = work order { $work_order } is still in RO App; linked as before, nothing is created
dissolved = work order { $work_order } is no longer in RO App; its link is removed

# Statuses on their way to the store.
write-back-arrived = the store now has status { $store }, after a person set RO App's status { $roapp }
write-back-try = try { $try } to set the store's status { $store }: { $error }
write-back-overtaken = RO App's status { $roapp } is not written to the store, which meanwhile moved to its status { $store }
write-back-unmapped = RO App's status { $roapp } is not written to the store: { $shown ->
    [page] “Statuses back to the store” do not name it any more
   *[command] it has no `write_back` entry any more
}
write-back-refused = the store does not accept its status { $store }, which RO App's status { $roapp } maps to ({ $error }); set it there by hand, or change { $shown ->
    [page] “Statuses back to the store”
   *[command] write_back
} { do-edit }

# What differs, in words.
line-not-there = not there
line-removed-there = removed
line-deleted = deleted
line-left-out = no line there is matched with it
status-of-both = { $store } (RO App status { $roapp })
client-named = { $name } (client { $client })
buyer-unnamed = nobody by name
wanted-line = { $title } ({ $values })

# Why something is not written.
work-order-closed = the work order is closed
written-off-goods = goods of the work order are written off
notes-too-long = the notes would be too long
status-unmapped = { $shown ->
    [page] “Statuses” have
   *[command] the status map has
} no RO App status for the store's status { $store }
store-moved-on = the store has since moved to its status { $store }
work-order-moved-on = the work order has since moved to { $status }
work-order-without-status = the work order now shows no status
status-not-set-back = the status is not set back to { $status }: { $why }
pending-head = the work order is closed; notes and fields changed in the store
pending-lines = { $why }; the store now has { $lines }
pending-no-lines = { $why }; the store now has no lines
pending-client = { $why }; the store's buyer is now { $store }, the work order's client is still { $roapp }

# Why an order is not imported.
excluded-status = store status { $store } is not imported ({ $shown ->
    [page] “Excluded statuses”
   *[command] excluded_statuses
})
excluded-by-window = placed before the import's window, which begins { $from }

# Why an order is held before anything is written.
hold-currency = the order is in { $order }, the account works in { $account }; amounts are never converted: enter the order by hand
hold-too-long = the order has { $lines } lines; at most { $most } are written: split it in the store, or enter it by hand
sum-below-zero = { $place } is below zero ({ $value }), which RO App does not support; correct it in the store, or enter this order by hand
sum-too-large = { $place } is too large ({ $value }); correct it in the store
sum-line-total = line { $line } costs { $total } in the store, more than its price times its quantity, which is { $expected }; correct that line in the store
sum-lines = the lines add up to { $sum }, but the store's total before discounts is { $total }; { $fix }
sum-lines-of-sets = the lines add up to { $sum } ({ $without } without the parts of sets), but the store's total before discounts is { $total }; { $fix }
sum-fix-lines = correct the lines in the store
sum-fix-extras = the store counts the { $extras } for delivery and payment into its totals, which cannot be told apart from goods: enter this order by hand
sum-surcharge = the order's total is { $total }, more than its lines, which add up to { $lines }; remove the surcharge in the store or add it as a line
sum-discount = the discount of { $discount } is greater than the lines, which add up to { $lines }; lower the discount in the store
sum-no-lines = the order has no lines, but its total is { $total }; add the lines in the store or set its total to 0.00
sum-per-unit = RO App takes a discount off each unit, and the discount of { $discount } cannot be divided over the units of these lines in whole cents; change the discount or the quantities in the store, or enter this order by hand
place-total = the order's total
place-total-before-discounts = the order's total before discounts
place-price = the price of line { $line }
place-quantity = the quantity of line { $line }
place-line-total = the total of line { $line }
place-line-gross = price times quantity of line { $line }

# Why a work order is not complete.
marker-missing = the work order's notes no longer contain the marker { $marker }
shortfall-lines-unread = the lines have not been read yet
shortfall-lines = RO App does not show { $lines } of the lines as written; its total is { $total }, the store's { $expected }
shortfall-total = every line is right, but RO App's total is { $total } and the lines add up to { $expected }; check taxes and discounts of the order type
work-order-deleted = the work order was deleted in RO App; to create it again, { do-recreate }

# Why a buyer is a client, and why a person should look at it.
matched-phone-and-name = phone and name
matched-email-and-name = e-mail and name
matched-phone-alone = phone alone
person-made = created
review-phone-alone = Client { $client } has the buyer's phone, but under a different name.
review-phone-alone-of-several = Client { $client } has the buyer's phone, but under a different name. { $several }
review-several = Several clients match ({ $clients }); the oldest, { $chosen }, was chosen.

# What speaks against a work order that carries an order's marker.
doubt-other-markers = its notes also contain markers of other orders
doubt-client = it belongs to another client
doubt-location = it is in another location
doubt-order-type = it is of another type
doubt-too-old = it is older than the order
doubt-unexpected = this program has no record of creating it
doubt-not-shown = RO App does not show it to the API key

# What RO App did with a call.
roapp-no-answer = { $call } got no answer
roapp-refused = RO App refused { $call } with { $status }: { $message }
roapp-access = RO App does not allow { $call } ({ $status }, { $status ->
    [401] check the API key
    [402] the tariff may not include the API
   *[other] check the rights of the key's employee
}): { $message }
roapp-missing = RO App has nothing at { $call } ({ $status }): the record was deleted, or the base URL is wrong
roapp-too-many = RO App is too busy for { $call } (429)
roapp-unavailable = RO App is unavailable ({ $status } from { $call })
roapp-page = RO App is unavailable (a web page with { $status } from { $call })
roapp-not-json = the answer to { $call } is not JSON ({ $what })
roapp-garbled = the answer to { $call } is unexpected at { $place }
roapp-endless = the list from { $call } does not end after { $pages } pages
roapp-inexact = { $call }: { $field } has more digits than can be sent exactly
internal = { $error }

# What a store did with a call.
cartum-login-refused = { $host } refused the login ({ $message }); check the password, and the login: it is the admin's user name, not an e-mail address
cartum-login-is-email = { $host } refused the login ({ $message }); the login is an e-mail address, but Cartum expects the admin's user name: see Settings > Administrators in the store
cartum-not-on-plan = { $host } does not offer its API ({ $what }); the store's plan must include API access and the user must be allowed to use it
cartum-not-cartum = { $host } does not answer like a Cartum store (HTTP { $status }, { $seen }); check { $shown ->
    [page] “Website URL”
   *[command] site_url
}, that the API is switched on, and that no protection page is in front of it
cartum-redirected = { $host } redirects { $function } to { $location }; set { $shown ->
    [page] “Website URL”
   *[command] site_url
} to the address that answers without a redirect
cartum-temporary = { $host } cannot answer { $function } now: { $trouble }
cartum-too-many = it asks for fewer calls (HTTP 429)
cartum-http = HTTP { $status }
cartum-token-refused = it accepted the login but refused its token ({ $message }); if this persists, check the user's rights and the plan
cartum-not-json = { $host } answered { $function } with HTTP { $status } but no JSON ({ $seen })
cartum-page = { $host } answered { $function } with HTTP { $status } but no JSON ({ $seen }); if this persists, check whether a protection page is in front of it
cartum-broken = { $host } answered { $function } with JSON that cannot be read ({ $seen }): { $fault }
cartum-failed = { $host } failed to answer { $function }: { $word } ({ $message }); the store's request log at /api/logs/ may tell more
cartum-unknown-word = { $host } answered { $function } with the unknown status "{ $word }"; the answer is ignored
cartum-contract = { $host } answered { $function } with an unexpected body at { $place }
cartum-endless = the list of orders of { $host } did not end after { $pages } pages; ask for a shorter period
cartum-no-answer = no answer to { $function }
webhook-unknown = the id of the subscription is unknown, because the store's answer was lost
webhook-removed = removed in the store
caused = { $error }: { $cause }
internal-error = internal error (this is a bug; the log shows where, please report it)
text = { $text }

# Why an order waits.
unanswered = { $reason }; { $tries } tries so far, it will be retried automatically
endless-plan = planning does not come to an end
person-unknown = the buyer's client is not known
work-order-unknown = the work order is not known
product-unknown = the product "{ $title }" is not known
work-order-missing = RO App does not have work order { $work_order }; it will be checked again
listed-already = RO App already lists work order { $work_order } with this order's marker
changed-meanwhile = RO App no longer has it
no-line-to-write = none of the lines can be written
step-unanswered = { $step }: { $reason }
step-unanswered-and-refused = { $step }: { $reason }; RO App also refuses { $also }
waits-for-product = { $line }: its product is being created for another order, and RO App has not answered that call yet

# Why an order failed, is held or is over.
gone = deleted in the store; its work order, if any, stays in RO App
gone-unreadable = deleted in the store; RO App was not told, because the store's data cannot be read: { $error }
unreadable-data = the store's data cannot be read: { $error }
data-not-kept = its data cannot be saved or read: { $error }
tries-failed = { $tries } tries failed; the last one: { $reason }
person-refused = RO App refuses the client
no-right = { $error }; give the employee of the API key the location of this store and the right to add products without deduction, then { do-resume }
status-refused = RO App refuses the status { $status } that the store's status { $store } maps to ({ $error }); set it by hand or change { $shown ->
    [page] “Statuses”
   *[command] the status map
}
staffs-status-refused = RO App refuses the status { $status } that staff had set before ({ $error }); set it by hand
client-not-set = RO App does not set client { $client }, the store's buyer, on the work order ({ $why }); set it there, then { do-retry }
same-client-as-before = it accepted the change, but the work order still has the same client
line-not-removed = RO App does not allow removing the line { $item }, which the store removed: remove it by hand, then { do-retry }
no-line-executor = { $shown ->
    [page] “Line executor” is the order's manager
   *[command] line_executor_id is "manager"
}, but this order has no manager; choose an employee
several-products = RO App has several products with the { $key } "{ $value }" (ids { $ids }); make it unique there, then { do-retry }
no-product = RO App has no product with the { $key } "{ $value }" ({ $title }), and { $shown ->
    [page] “Unknown products” says to hold such orders
   *[command] unknown_products is "hold"
}; add it there, then { do-retry }
key-article = article
key-code = code
key-barcode = barcode
key-title = title
older-api-ended-for-product = RO App's older API, the only one that creates products, has ended: RO App does not have { $product }; add it there by hand, then { do-retry }
product-named = "{ $title }"
product-named-of = "{ $title }" (article { $article })
work-order-linked-elsewhere = RO App's work order { $work_order } carries this order's marker, but one of the two is already linked to another
marker-not-shown = work order { $work_order } was created, but RO App does not show the marker { $marker } in its notes; without it an order could be created twice, so nothing more is created. Check the manager notes of the work order, then { do-resume }
another-order = the store shows a different order under this number: placed { $placed } (was the shop restored or emptied?). The work order of the earlier one is left unchanged. { $shown ->
    [page] “Another order”
   *[command] `order resolve { $store } { $number } --new`
} creates a work order of its own for this one; { $shown ->
    [page] “Same order”
   *[command] `--same`
} says that it is the same order and updates its work order
another-order-since = the store shows a different order under this number: placed { $placed }, the earlier one { $was } (was the shop restored or emptied?). The work order of the earlier one is left unchanged. { $shown ->
    [page] “Another order”
   *[command] `order resolve { $store } { $number } --new`
} creates a work order of its own for this one; { $shown ->
    [page] “Same order”
   *[command] `--same`
} says that it is the same order and updates its work order
several-work-orders = RO App has several work orders with this order's marker (ids { $ids }); remove it from the notes of all but the right one, then { do-retry }
several-people-of-one-call = RO App has several records that carry the sign of one call (ids { $ids }) and the same name: merge them into one there, then { do-retry }
several-records-of-one-call = RO App has several records that carry the sign of one call (ids { $ids }); keep the sign in the description of one of them and remove it from the others, then { do-retry }
person-of-call-changed = RO App did not answer when this order's client was to be created, and client { $ids } carries the sign of that call, { $token }, under another name. If that is this order's buyer, restore the buyer's name there; if not, remove the sign from its notes; then { do-retry }. Nobody has to be deleted
product-of-call-changed = RO App did not answer when a product of this order was to be created, and product { $ids } carries the sign of that call, { $token }, with another article. If that is the product, restore the store's article there; if not, remove the sign from its description; then { do-retry }
record-of-call-changed = RO App's record { $ids } carries the sign of a call of this order, but its content differs
claim = work order { $work_order } carries this order's marker
claim-in-doubt = work order { $work_order } carries this order's marker, but { $doubts }
claim-linked-elsewhere = work order { $work_order } carries this order's marker, but is linked to another order
work-order-numbered = { $number } (id { $id })
claims-held = { $claims }. Nothing is created or linked until a person decides: { $solved }
claim-solved = { $shown ->
    [page] “Same order”
   *[command] `order resolve { $store } { $number } --same`
} links it, { $shown ->
    [page] “Another order”
   *[command] `--new`
} leaves it alone and creates a new one; the order also continues once the marker is removed from its notes
claims-solved = remove the marker from the notes of all but the right one, or leave them all alone and create a new one with { $shown ->
    [page] “Another order”
   *[command] `order resolve { $store } { $number } --new`
}

# An order that RO App may have already without our marker.
possible-double = this order may already be in RO App: { $candidates }. Nothing is created until a person decides: { $solved }
double-candidate = work order { $work_order } ({ $signs })
double-by-number = its texts contain the order number
double-by-client = same client and total, created within a day of the order
double-solved = { $shown ->
    [page] “Link”
   *[command] `store doubles { $store } { $number } --link` (with the ID of the work order, if there are several)
} keeps that work order as it is and in step from now on, { $shown ->
    [page] “Skip”
   *[command] `--skip`
} leaves it alone and imports nothing, { $shown ->
    [page] “Create”
   *[command] `--create`
} creates a new work order
double-skipped = already in RO App as work order { $work_orders }; a person decided to skip it
double-linked = a person decided: work order { $work_order } is this order; linked as it is
double-of-another = a person decided that work order { $work_order } is this order, but it is linked to another order
decided-double-link = a person decided: it is work order { $work_order }
decided-double-skip = a person decided: it is in RO App already; skip it
decided-double-create = a person decided: it is not in RO App yet; a work order is created
double-of-several = it may be one of several work orders: name the one
double-settled = it has a work order already
double-by-number-alone = only its number was found there, with another total; decide it by itself
no-candidate = that work order is not one of those that it may be
no-possible-double = nothing in RO App looks like this order

# Rehearsals.
rehearsal-runs = a rehearsal of this store is already running
import-while-rehearsed = a rehearsal is running, which may find orders that RO App has already; import once it has finished
rehearsal-too-long = the rehearsal took more than { $minutes } minutes and was stopped

# The client of an order.
decided-client = a person chose client { $client } ({ $name })
chosen-client = chosen by a person
client-confirmed = a person looked at the client and found it right: { $client }
no-client-to-check = the client of order { $number } needs no check
no-such-client = RO App has no client { $client }
order-over = order { $number } is not kept in step with RO App, so its client cannot be chosen
order-unreadable = order { $number } cannot be read, so its buyer is not known
pending-chosen-client = { $why }; a person chose client { $client }, who was not set

# Lines that RO App refuses.
line-some = a line
line-named = the line "{ $title }"
line-named-of = the line "{ $title }" (article { $article })
line-change = the change of { $line }
line-removal = the removal of RO App's line { $item }
line-removal-of = the removal of RO App's line { $item } (article { $article })
refused-line = { $line }: { $why }
refused-line-as-well = { $line } ({ $why })
and-more = and { $more } more
lines-refused = { $lines }
lines-refused-alike = { $why }; this concerns { $lines }
lines-refused-and-untried = { $refused }; { $untried } more were not tried
lines-left = { $refused }; { $rest }. Fix it there or in the store, then { do-retry }
other-lines-written = the other lines are in RO App
no-line-written = no line of the order is in RO App
status-waits-for-lines = { $rest }, and its status waits for them, because it closes the work order

# Why people and products are linked.
matched-product = same { $key }
matched-contact-made = same contact, created by us
made-for-order = created for this order
made-for-buyer = created for this buyer
made-found-again = created for this order, found again
found-by-token = created by us, found by its token
review-contact-not-taken = the contact is the same as an earlier buyer's, which RO App did not accept

# What becomes of a status that a person set in RO App.
wish-order-gone = RO App's status { $status }, set by a person, is not written to the store: the order was deleted there
wish-work-order-deleted = RO App's status { $status }, set by a person, is not written to the store: the work order was deleted in RO App
wish-unmapped = RO App's status { $status }, set by a person, is not written to the store: { $shown ->
    [page] “Statuses back to the store” do not name it
   *[command] it has no `write_back` entry
}
wish-store-paused = RO App's status { $status }, set by a person, will be written to the store once the store is resumed
wish-store-off = RO App's status { $status }, set by a person, will be written to the store once the store is switched on
wish-login-refused = RO App's status { $status }, set by a person, will be written to the store once its login works again
wish-next-poll = RO App's status { $status }, set by a person, will be written to the store with the next poll
store-still-reports = it accepted the change but still reports { $store }

# Why an account or a store waits, and notices.
api-key-given-up = the values encrypted with key { $key } were given up; enter the API key again { do-key }
password-given-up = the values encrypted with key { $key } were given up; enter the password again { do-login }
key-of-another-company = the API key belongs to another RO App company ({ $company }) than this account ({ $own }); enter the right key { do-key }
paused-by-hand = paused by hand
login-refused = the store has refused the login "{ $login }" since { $since }; fix it { do-login }, and the store continues where it stopped
refused-in-a-row = RO App refused { $times } work orders in a row for the same reason: { $cause }; fix it there or in the settings, then { do-resume }
store-of-newer-release = { $error }; a newer release may have set it and continues with the store; run that release everywhere
store-row-unreadable = { $error }; { $shown ->
    [page] have this repaired in the database
   *[command] fix the row
}, then { do-resume }
not-kept = what was read cannot be saved: { $error }
store-too-dense = the store does not page reliably by { $shown ->
    [page] “offset”
   *[command] `offset`
} and has more orders within two minutes than it sends at once
store-too-much = the store sent more than is accepted in a day
store-unfinished = the store shows new orders, but reading the rest failed: { $error }; until it works, changes of older orders are not seen
store-unanswered = the store answers, but not for { $count } of its orders, such as { $number }: { $error }; their changes are not seen; ask the store's support
store-ignores-ids = the store sends orders other than those requested by number: changes of older orders are not seen; ask the store's support about { $shown ->
    [page] “ids”
   *[command] `ids`
} of orders/get
too-many-new-orders = the store sends more than { $most } new orders in a day (a large one counts several times), or as many rows that are not orders: the rest is taken the next day; check in the store's admin whether these are orders
too-many-changes = the store changes its orders each time they are read, more than { $most } times today (a large order counts several times): of each order only the newest version and the one in RO App are kept; ask the store's support, or find out what edits them
stray-rows = the store sent { $first }{ $others ->
    [0] {""}
   *[other] , and { $others } more such rows
}; its raw data is kept
too-many-stray-rows = the store sent { $first }{ $others ->
    [0] {""}
   *[other] , and { $others } more such rows
}; its raw data is kept; no more than { $most } a day are kept, and fewer large ones
row-without-number = an order without a readable number ({ $error })
row-refused = order { $number }, which the database refuses ({ $error })
many-orders-lost = the store suddenly misses many orders at once (at least { $missing } of { $asked }); none of them is treated as deleted; check in the store's admin whether they are there
many-lost = RO App suddenly misses many work orders at once (at least { $missing } of { $linked }); none of them is treated as deleted; check in RO App whether they are there
many-lost-lately = RO App suddenly misses many work orders at once ({ $missing } of { $linked }); none of them is treated as deleted within the hour; check in RO App whether they are there
all-lost = RO App denies having any of the work orders that were requested; none of them is treated as deleted within the hour
catalogue-silent = the store's catalogue does not answer for articles of order { $number }; titles are taken from the orders
catalogue-unreadable = the store's catalogue cannot be read ({ $error }); titles are taken from the orders
numbers-come-back = order numbers of the store now belong to other orders ({ $number }, for example): was the shop restored or emptied? Such orders are held until { $shown ->
    [page] somebody says of each whether it is the “Same order” or “Another order”
   *[command] `order resolve STORE NUMBER` says of each whether it is the `--same` or a `--new` one, or of all at once with `--all`; `order list --state held` shows them
}
double = work order { $work_order } ({ $id }) carries the marker of order { $number }, which stays linked to work order { $linked }: perhaps somebody copied the work order with its notes. Remove the marker from the notes of { $id }
stranger = { $count } work orders carry markers of orders but were not created from this database (ids { $ids }): a second copy of this program seems to run on a copy of the database. Stop that copy, then { do-resume }
work-order-of = { $work_order } of order { $number }
older-api-ended = RO App's older API has ended for this account (its paths without a version answer 404 or 410). Products are found through other calls, but nothing can create new ones: orders with products that RO App does not have use the store's placeholder product, if there is one, or are held; campaigns are not checked. Add missing products in RO App by hand, then { do-retry }
clock-off = the clock of { $whose ->
    [roapp] RO App
   *[store] the store
} is { $minutes } minutes { $way ->
    [ahead] ahead of
   *[behind] behind
} this machine's; set this machine's clock by NTP, else tell them
zone-off = { $shown ->
    [page] Time zone
   *[command] time_zone
}: the last new orders show that the store's clock is { $measured } { $way ->
    [ahead] ahead of
   *[behind] behind
} { $zone }; set the store's own zone { do-edit }
time-minutes = { $minutes } min
time-hours = { $hours } h
time-hours-and-minutes = { $hours } h { $minutes } min
audit-found = the nightly audit found { $count } orders that no poll had seen, and saved them ({ $numbers })
audit-unbalanced = the nightly audit does not balance on { $count } days ({ $days }); { $shown ->
    [page] the table of the audit
   *[command] `store audit`
} shows them all
audit-found-and-unbalanced = { $found }; { $gaps }
audit-unfinished = the nightly audit could not be finished ({ $error }); it is repeated tomorrow, or now { do-check }
audit-day = { $day }: { $why }
audit-totals-differ = the totals differ
no-date = no readable date
audit-gaps = { $parts }
audit-not-on-record = in the store but not on record: { $orders }
audit-not-shown = on record but not in the store: { $orders }
audit-other-totals = different totals: { $orders }
audit-unreadable = unreadable, so the totals are unknown: { $orders }
audit-without-work-order = done without a work order: { $orders }
audit-strays = rows without an order number: { $rows }
audit-totals = { $number } ({ $store } in the store, { $record } on record)
amount-unknown = unknown
named-and-more = { $named } and { $more } more
only-more = { $more } more

# Settings that do not fit.
setting-does-not-fit = { $shown ->
    [page] { $faults }
   *[command] { $key }: { $faults }
}; fix it { do-edit }
status-not-in-map = store status { $status } is not in { $shown ->
    [page] “Statuses”
   *[command] the status map
}: work orders keep their status; add it { do-edit }
status-leads-nowhere = the store's status { $statuses } has no RO App status; { $shown ->
    [page] choose one under “Statuses”
   *[command] write a line like { $example } = "initial", or { $example } = 501 with a RO App status id
}
status-titled = { $id } ({ $title })
store-has-no-status = the store has no status { $status }; { $choices }
store-too-old-for-statuses = the store is too old to list its statuses; if it has statuses of its own, map these, too
no-title-shows-a-language = no title of the store shows a language, so this one could not be checked
no-titles-in-language = the store has no titles in "{ $language }"; it has { $languages }
no-titles-in-language-but = the store has no titles in "{ $language }"; it has { $languages }; did you mean "{ $hint }"?
store-shows-no-currency = the store shows no currency, so this one could not be checked
other-currencies = the store sells in { $currencies }, not in { $currency }; amounts are never converted, so the store and RO App must use the same currency
titles-unreadable = the catalogue could not be read: { $error }
roapp-has-no = RO App has no { $what ->
    [order_type] order type
    [category] product category
    [campaign] campaign
    [employee] employee
   *[status] status
} { $id }; { $choices }
location-archived = location { $id } ({ $name }) is archived in RO App; { $choices }
location-not-shown = RO App shows no location { $id } to the employee that the API key belongs to; { $choices }
employee-inactive = employee { $id } ({ $name }) is not active in RO App; { $choices }
status-of-invoices = RO App status { $id } ({ $name }) belongs to invoices, not to work orders; { $choices }
no-such-field = RO App has no custom field f{ $field } of work orders; { $choices }
field-takes-a-number = { $shown ->
    [page] { $title } takes a number; write {"{"}order_number{"}"} or a constant number
   *[command] f{ $field } ({ $title }) takes a number; write "{"{"}order_number{"}"}" or a constant number in quotes
}
field-takes-a-time = { $shown ->
    [page] { $title } takes a date and time; write {"{"}placed_at{"}"} or a constant like 2026-01-31T09:00:00Z
   *[command] f{ $field } ({ $title }) takes a date and time; write "{"{"}placed_at{"}"}" or a constant like "2026-01-31T09:00:00Z"
}
field-takes-yes-or-no = { $shown ->
    [page] { $title }
   *[command] f{ $field } ({ $title })
} is a yes/no field, which text cannot fill; choose a text field
field-required = { $shown ->
    [page] RO App requires { $title } on work orders; fill it in under “Custom fields”
   *[command] RO App requires f{ $field } ({ $title }) on work orders; write a line like f{ $field } = "{ $example }"
}
yes-no-field-required = RO App requires { $shown ->
    [page] { $title }
   *[command] f{ $field } ({ $title })
} on work orders; it is a yes/no field, which text cannot fill; make it optional in RO App
choose = choose from { $choices }
choose-and-more = choose from { $choices } and { $more } more
choose-none = none available
roapp-unreadable = RO App cannot be read: { $error }
try-again = { $error }; try again in a minute
store-ignores-from = the store ignores the date from which orders are requested and sends older ones: each poll reads all of them; ask the store's support about { $shown ->
    [page] “from”
   *[command] `from`
} of orders/get

# Names that somebody gave, and what has them.
no-account-yet = there is no account "{ $name }": no account exists yet{ $shown ->
    [page] ; add one first
   *[command] ; add one with `account add`
}
no-account = there is no account "{ $name }"; the accounts are { $accounts }
no-store-yet = there is no store "{ $name }": no store exists yet{ $shown ->
    [page] ; add one first
   *[command] ; add one with `store add FILE.toml`
}
no-store = there is no store "{ $name }"; the stores are { $stores }
several-stores = several stores are called "{ $name }"; { $shown ->
    [page] they are
   *[command] write one of
} { $stores }
several-stores-but-one = several stores are called "{ $name }"; it is the full name of one and the name of "{ $other }"; rename the latter { $shown ->
    [page] under “Edit settings”
   *[command] with `store edit { $called } FILE.toml`
}
store-was-removed = the store was removed
account-was-removed = the account was removed
named-account-was-removed = the account "{ $account }" was removed
in-brackets = {" "}({ $what })
after-colon = : { $what }
order-state = { $state ->
    [waiting] waiting
    [synced] synced
    [incomplete] incomplete
    [held] held
    [failed] failed
    [excluded] excluded
    [unreadable] unreadable
    [gone] gone
    [removed] removed
   *[other] { $state }
}

# What is wrong with an account.
account-name-taken = there is an account "{ $name }" already; take another name
company-taken = this RO App company is already the account "{ $account }"; use it, or change its key { $shown ->
    [page] with “New key”
   *[command] with `account edit`
}
company-not-shown = RO App shows no data of the company, so a key of another company cannot be detected
other-company = the key belongs to another company ({ $is }); the account "{ $account }" belongs to the company ({ $was }); add the other company { $shown ->
    [page] as an account of its own
   *[command] with `account add`
}
other-company-named = the key belongs to another company "{ $company }" ({ $is }); the account "{ $account }" belongs to the company ({ $was }); add the other company { $shown ->
    [page] as an account of its own
   *[command] with `account add`
}
rate-out-of-range = { $rate } is out of range; write 0.1 to 1000 (RO App allows 3), or auto
base-url-invalid = "{ $text }" is not a valid URL ({ $error }); write, for example, https://api.roapp.io
base-url-not-http = "{ $text }" is not an http or https URL; write, for example, https://api.roapp.io
base-url-with-user = must not contain a user or a password; { $shown ->
    [page] the key has a field of its own
   *[command] the key goes into a file of its own
}
base-url-with-query = must not contain ? or #; write, for example, https://api.roapp.io
base-url-unencrypted = http sends the key and people's data unencrypted; use https
account-not-removed = the account "{ $account }" was not removed: it has stores that only the release that wrote them can remove: { $stores }
account-has-stores = the account "{ $account }" has stores: { $stores }; remove them first{ $shown ->
    [page] {""}
   *[command] {" "}with `store remove`
}
not-like-roapp = does not answer like RO App: { $error }
host-unreachable = the host cannot be reached ({ $error }); check the spelling and whether the host is up
address-unreachable = { $error }; check the address and try again

# Files of settings, passwords and keys.
cannot-read = cannot read { $file }: { $error }
it-is = it { $what }
is-not-utf-8 = is not UTF-8 text; save it as UTF-8
is-utf-16 = is not UTF-8 text but looks like UTF-16; save it as UTF-8
store-file-too-large = it is larger than 1 MiB, so it is not a store file
not-toml = { $shown ->
    [page] line { $line } cannot be read ({ $error })
   *[command] line { $line } is not TOML ({ $error }); put text in quotes, and use each key only once
}
secret-too-large = { $file } is larger than 64 KiB; it should hold nothing but the secret
secret-file = { $file } { $what }
is-key-file = is a key file of { $shown ->
    [page] this program
   *[command] cartum-roapp
}, which never leaves this machine; name the file with the password or API key
has-several-lines = has several lines; it should hold nothing but the secret
password-file-absolute = { $file } is an absolute path; put the file beside the store file and write only its name{ $shown ->
    [page] {""}
   *[command] , or pass --allow-path
}
password-file-outside = { $file } is outside the store file's folder; put the file into that folder
password-file-not-plain = { $file } is not a regular file; name one that holds nothing but the password
password-file-replaced = { $file } was replaced while it was read; try again

# What is wrong with a setting; on a page it stands at the field.
is-missing = is missing
is-missing-like = { $shown ->
    [page] is missing
   *[command] is missing; write it like { $key } = { $example }
}
is-missing-of = { $shown ->
    [page] is missing; choose one
   *[command] is missing; write one of { $words }
}
is-empty = is empty
longer-than = is longer than { $most } characters
too-many-characters = has { $count } characters; at most { $most } are allowed
control-character = contains a line break or another control character
not-on-one-line = contains a line break or another control character; write it on one line
not-a-choice = "{ $text }" { $shown ->
    [page] is not one of the choices
   *[command] is not valid; write one of { $words }
}
out-of-range = { $number } is out of range; write { $least } to { $most }
not-an-id = { $number } is not an id; ids are whole numbers from 1
id-twice = { $shown ->
    [page] { $id } is chosen twice
   *[command] { $id } is in the list twice
}
kind-text = { $shown ->
    [page] text
   *[command] text in quotes
}
kind-whole = a whole number
kind-fraction = a number with a fraction
kind-switch = { $shown ->
    [page] yes or no
   *[command] true or false
}
kind-date = a date
kind-list = a list
kind-table = a table
wants-text = { $shown ->
    [page] expected text
   *[command] expected text in quotes
}, found { $found }
wants-whole = expected a whole number, found { $found }
wants-whole-unquoted = expected a whole number, found { $found }{ $shown ->
    [page] {""}
   *[command] ; write { $text } without quotes
}
wants-switch = { $shown ->
    [page] expected yes or no
   *[command] expected true or false without quotes
}, found { $found }
wants-ids = { $shown ->
    [page] expected a list of ids
   *[command] expected a list of ids like [21, 22]
}, found { $found }
wants-table = { $shown ->
    [page] expected several lines
   *[command] expected a heading [{ $key }] with lines below it
}, found { $found }
unknown-setting = unknown setting; known settings are { $known }
unknown-setting-but = unknown setting; did you mean { $meant }?
table-without-line = { $shown ->
    [page] has several lines; name one of them, like { $setting }.{ $example }
   *[command] is a table; name a key in it, like { $setting }.{ $example }=VALUE
}
no-table = { $shown ->
    [page] { $setting } has no lines of its own
   *[command] { $setting } is not a table; write { $setting }=VALUE
}
appears-twice = { $shown ->
    [page] appears twice
   *[command] appears twice; use each key only once
}
misplaced = { $shown ->
    [page] { $key } is a setting of its own
   *[command] { $key } is below a [heading], so it belongs to that table; move it above the first [heading]
}
site-empty = is empty; write it like "https://shop.example.com"
site-invalid = is not a valid URL ({ $error })
site-with-user = must not contain a user or a password; put them into { $shown ->
    [page] “Login” and “Password”
   *[command] login and password_file
}
site-without-host = has no host
site-scheme = "{ $scheme }" is not supported; the URL must begin with https:// (or http://)
site-without-scheme = does not begin with https://; write it like "https://shop.example.com"
site-shortened = only { $url } is used; the rest of the URL is ignored
site-unencrypted = http sends login and orders unencrypted; use https if the store has it
login-like-email = looks like an e-mail address; Cartum expects the user name, as listed under Settings in the store's admin
password-file-in-form = a form cannot name files; put the password itself into { $shown ->
    [page] “Password”
   *[command] password
}
password-twice = { $shown ->
    [page] is given twice
   *[command] is given together with password_file; write only one of them
}
password-file-missing = { $shown ->
    [page] is missing
   *[command] is missing; write it like password_file = "shop.password", a file that holds nothing but the password
}
password-file-unnamed = is empty; name the file that holds the password
managers-invalid = { $shown ->
    [page] { do-choose-managers }
   *[command] "{ $text }" is not valid; { do-choose-managers }
}
managers-expected = { $shown ->
    [page] { do-choose-managers }
   *[command] expected "all" or a list, found { $found }; { do-choose-managers }
}
managers-none = { $shown ->
    [page] nobody is chosen
   *[command] the list is empty
}; { do-choose-managers }
executor-without-managers = { $shown ->
    [page] the order's manager needs selected “Managers”; while all are chosen an order has none
   *[command] "manager" needs selected managers; with managers = "all" an order has none
}
executor-in-quotes = { $shown ->
    [page] choose an employee, or the order's manager
   *[command] "{ $text }" is not valid; write { $id } without quotes
}
executor-invalid = { $shown ->
    [page] choose an employee, or the order's manager
   *[command] "{ $text }" is not valid; write an employee id like 21, or "manager"
}
no-time-zone = "{ $text }" is not a time zone; write it like "Europe/Kyiv" (a name from the tz database)
no-time-zone-but = "{ $text }" is not a time zone; did you mean "{ $meant }"?
no-phone-region = "{ $text }" is not a country with known phone numbers; { $code ->
    [UK] write "GB" for the United Kingdom
    [EN] write the country, not the language
   *[other] write the two-letter country code (ISO 3166), like "UA", "RO" or "PL"
}
no-currency = "{ $text }" is not a currency code; write its three letters (ISO 4217), like "UAH"
no-platform = "{ $text }" is not supported; write "cartum"{ $known ->
    [horoshop] ; it also works for Horoshop stores
   *[other] {""}
}
field-misnamed = { $shown ->
    [page] is not a custom field of RO App
   *[command] name a custom field by f and its id, like f601
}
field-twice = { $shown ->
    [page] names the same field twice
   *[command] names the same field as another line
}
field-empty = { $shown ->
    [page] is empty; fill it in, or remove it
   *[command] is empty; remove the line
}
field-with-braces = "{ $text }" is not valid; write text without braces, or one of { $names } alone
status-map-missing = { $shown ->
    [page] is missing; choose a RO App status for each store status
   *[command] is missing; below a heading [status_map], write a line like 1 = 501 or 1 = "initial" for each store status
}
status-twice = { $shown ->
    [page] names the same status twice
   *[command] names the same status as another line
}
status-in-quotes = { $shown ->
    [page] choose a RO App status, or the order type's first one
   *[command] "{ $text }" is text; write { $id } without quotes
}
not-a-status = { $shown ->
    [page] choose a RO App status, or the order type's first one
   *[command] "{ $text }" is not valid; write a RO App status id, or "initial"
}
wants-status = { $shown ->
    [page] choose a RO App status, or the order type's first one
   *[command] expected a RO App status id or "initial", found { $found }
}
not-a-status-id = "{ $key }" is not { $what ->
    [store_status] a store status id
   *[status] a RO App status id
}; ids are whole numbers from 1
store-status-4 = setting store status 4 (Canceled) through the API does not return goods to stock and locks the order; to allow that, { $shown ->
    [page] switch on “Allow status 4”
   *[command] write allow_store_status_4 = true
}

# What is wrong with a store.
store-name-taken = the account has a store "{ $name }" already{ $why }; take another name
shop-taken = this shop is already the store "{ $store }" of the account{ $why }
shop-taken-elsewhere = this shop is already the store "{ $store }" of the account, at another address; change its address { do-edit }
shop-removed-before = this shop was another store of the account, which was removed; restore that store { $shown ->
    [page] by adding it again
   *[command] with `store add`
}
store-cannot-move = "{ $store }" belongs to the account "{ $account }" and cannot move, since its work orders are in that RO App; to send the shop's orders to "{ $wanted }", remove the store and add it there
store-unreadable = this release cannot read the store "{ $store }": { $error }
store-unread = { $store }: { $error }
shop-orders-unreadable = the orders there cannot be read: { $error }
other-shop = another shop answers there: { $why }; add it as a store of its own{ $shown ->
    [page] {""}
   *[command] {" "}with `store add`
}
other-shop-placed = its order { $number } was placed at another time
other-shop-orders = it has none of the newest orders of this store
store-stopped = the store "{ $store }" is stopped: { $why }
stopped-as-draft = it is a draft; { $shown ->
    [page] press “Save and import work orders” first
   *[command] import it first: cartum-roapp store import { $called }
}
stopped-by-pause = it is paused{ $why }; { $shown ->
    [page] press “Resume”
   *[command] resume it with: cartum-roapp store resume { $called }
}
stopped-when-off = it is switched off; { $shown ->
    [page] switch it on under “Edit settings”
   *[command] set enabled = true with `store edit`
}
import-when-off = "{ $store }" is switched off; { $shown ->
    [page] switch it on under “Edit settings” first
   *[command] set enabled = true with `store edit` first
}
import-runs = "{ $store }" is already being imported{ $shown ->
    [page] {""}
   *[command] ; see `store show`
}
import-when-paused = "{ $store }" is paused{ $why }; { $shown ->
    [page] press “Resume” first
   *[command] resume it first
}
import-without-login = "{ $store }" has no working login{ $why }; fix it { do-login } first
audit-balances = balances: { $orders } orders on { $days } days, to the cent
audit-does-not-balance = does not balance on { $gaps } of { $days } days:
audit-gap = { $day }{ $why }
audit-orders-found = { $count } orders no poll had seen; saved now
audit-orders-revived = { $count } orders left an excluded status; imported now
undated = no date

# Why an order is left as it is.
order-never-seen = no order { $number } of the store "{ $store }" was ever seen
orders-never-seen = no order { $numbers } of the store "{ $store }" was ever seen; nothing changed
no-matching-order = no matching order in the store "{ $store }"; nothing changed
left-not-deleted = its work order was not deleted in RO App
left-synced = nothing to retry; { $shown ->
    [page] “Compare again”
   *[command] `order resync`
} compares it again
left-excluded = it is out of scope
left-gone = it was deleted in the store
left-removed = it was deleted in RO App; { $shown ->
    [page] “Create again”
   *[command] `order resync --recreate`
} recreates it
order-not-changed = order { $number } was not changed: { $why }
number-undecided = its number came back as another order; first decide with { $shown ->
    [page] “Same order” or “Another order”
   *[command] --same or --new
} which order it is
nothing-in-conflict = it has no conflict and no pending change, so there is nothing to decide
nothing-in-doubt = it is the same order as ever, and no other work order carries its marker: nothing to decide
work-order-of-another = that work order is linked to another order
several-claims = several work orders carry its marker (ids { $ids }); remove it from the notes of all but one
conflicts-unread = conflicts that this release cannot read

# Where an order is.
found = order { $number } of the store "{ $store }" { $here }; { $there }; { $next }
here-never = was never seen here
here-with-work-order = is { $state }{ $why }, with work order { $work_order }
here-without-work-order = is { $state }{ $why }, with no work order
there = the store has it in status { $status }, placed { $placed } ({ $zone })
there-changed = the store has it in status { $status }, placed { $placed } ({ $zone }), changed since it was last read
there-unreadable = the store has it, but its data cannot be read ({ $error })
there-no-longer = the store does not show it now
there-never = the store has no such order
there-unsure = the store cannot say whether it has it: { $why }
there-not-asked = the store could not be asked: { $why }
switched-off = it is switched off
unsure-numbers-ignored = it ignores the numbers that it is asked for ({ $shown ->
    [page] “ids”
   *[command] `ids`
} of orders/get) and sent other orders
unsure-number-unreadable = it sent an order whose number cannot be read

# When something happens.
when-now = now
when-at = at { $moment } UTC
when-a-daemon-runs = { $when } ({ $shown ->
    [page] once the synchronisation runs
   *[command] once a daemon runs: cartum-roapp run
})
when-polled = with the next poll, { $when }
when-audited = with the nightly audit
when-audited-or-fetched = with the nightly audit, or now { do-fetch }

# What happens next to an order.
next-nothing = nothing happens
next-kept = it will be kept as unreadable { $when }
next-if-new = if it is new and in scope, it will arrive { $when }
next-skipped = it stays out, as a person decided; { $shown ->
    [page] “Create” on its page
   *[command] `store doubles { $called } { $number } --create`
} changes that
next-not-sent = it will not be sent to RO App{ $why }
next-after-reason = { $why }; { $next }
next-when-included = it will be sent to RO App when it leaves that status, which is checked { $checked ->
    [polled] with each poll while it is new, then nightly
   *[nightly] nightly
}
next-once-read = { $next } once the store is read again; { $why }
next-arrives = it will arrive { $when }
next-arrives-imported = it will arrive with the running import
next-arrives-audited = it is in scope but older than what polls ask for: it will arrive with the nightly audit, or now { do-check }
next-in-scope = it is in scope now: it will arrive { $when }, or now { do-fetch }
next-then-held = { $next }, and will then be held: { $why }
next-removed = nothing happens: its work order is not recreated unless you ask for it
next-synced-again = it will be synced again { $when }
next-gone = nothing happens: its work order, if any, stays in RO App
next-deleted = it counts as deleted once it is missing three times over an hour; next checked { $when }
next-newest = the newest version will arrive { $when }
next-compared = it is compared again { $when }
next-read-again = it is read again { $when }
next-conflict = the differences between both sides wait for { $shown ->
    [page] your decision
   *[command] `order resolve`
}
next-conflict-stopped = the differences between both sides wait for { $shown ->
    [page] your decision
   *[command] `order resolve`
}, which is refused while the store is stopped; { $why }
next-undecided = it waits for { $shown ->
    [page] your decision
   *[command] `order resolve`
}, as the reason says
next-stays = it stays { $state } until it changes in the store, or { $shown ->
    [page] until you press “Retry”
   *[command] until `order retry`
}
next-stays-stopped = it stays { $state }; { $why }
next-stays-unread = it stays { $state } { $shown ->
    [page] until you press “Retry”
   *[command] until `order retry`
}, or until it changes in the store; { $why }
next-other-key = { $shown ->
    [page] it waits for another API key: enter it { do-key }
   *[command] it waits for another API key: cartum-roapp account edit { $account } --api-key-file FILE
}
next-roapp-away = RO App is unavailable{ $why }; it will be retried { $when }
next-tried = it will be tried { $when }
next-store-off = nothing happens until the store is switched on ({ $shown ->
    [page] under “Edit settings”
   *[command] enabled = true with `store edit`
})
next-store-draft = the store is a draft: nothing happens until { $shown ->
    [page] it is imported; press “Save and import work orders”
   *[command] it is imported with: cartum-roapp store import { $called }
}
next-store-paused = the store is paused{ $why }: nothing happens until { $shown ->
    [page] it is resumed; press “Resume”
   *[command] it is resumed with: cartum-roapp store resume { $called }
}
next-store-without-login = the store needs credentials: it is not read until its login works again (fix it { do-login }; the next try is { $when })

# How far a request is.
not-read-yet = the store has not been read yet; { $shown ->
    [page] is the synchronisation running
   *[command] is the daemon (cartum-roapp run) running
}? The request stays queued
not-fetched-yet = the store has not been read yet; { $shown ->
    [page] is the synchronisation running
   *[command] is the daemon (cartum-roapp run) running
}? The requests stay queued
not-read = the store "{ $store }" could not be read: { $error }
not-audited = the store "{ $store }" could not be read: { $error }; the audit stays queued
still-being-read = the store is still being read
still-being-audited = the store is still being read; { $shown ->
    [page] look again later
   *[command] `store show { $called }` shows when the audit is done
}
paused-with-orders = the store is paused, { $count } orders wait{ $why }
orders-wait-for-account = { $count } orders wait until the account "{ $account }" works again{ $why }{ $shown ->
    [page] {""}
   *[command] ; `account list` shows more
}
orders-still-wait = { $count } orders still wait{ $shown ->
    [page] {""}
   *[command] ; `order list --store { $called } --state waiting` shows them
}
import-stopped = the import of "{ $store }" has stopped{ $why }
