# What staff read of a store order in RO App. Each file has the same messages with the same parameters.

# The work order: its title, and the first line of the notes.
order-title = Cartum order { $number }

# Labels of the notes and of the delivery comment; a text follows after a colon.
store = Store
placed-at = Placed at
payment = Payment
paid = Paid
payment-surcharge = Payment surcharge
delivery = Delivery
delivery-price = Delivery price
recipient = Recipient
address = Address
tracking-number = Tracking number
contact = Contact
coupon = Coupon
managers-discount = Manager's discount
buyers-comment = Buyer's comment
stores-comment = Store staff's comment
left-out = Left out, of quantity 0

# What may follow, or stand alone.
yes = yes
no = no
by-carriers-tariff = by the carrier's tariff
no-callback = The buyer asked not to be called

# Comments.
order-paid = Cartum order { $number } was paid in the store: { $sum }
order-canceled = Cartum order { $number } was canceled in the store, but its goods are written off already: this work order keeps its status. Decide here what becomes of the goods.
order-deleted = Cartum order { $number } was deleted in the store (noticed { $moment }). This work order stays as it is.
changed-in-store = Changed in the store: { $changes }
no-longer = no longer: { $line }

# The product that stands in for those that RO App does not have.
stand-in-title = Item of { $store }
stand-in-description = Stands in for products of the store that RO App does not have.

# People that we make: names where the buyer gave none that RO App takes, and details that it did not take.
buyer-of-order = Buyer of order { $number }
buyer = Buyer
name-as-typed = Name as typed
phone-as-typed = Phone as typed
email-as-typed = E-mail as typed
