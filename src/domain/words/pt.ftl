order-title = Encomenda Cartum { $number }

store = Loja
placed-at = Data da encomenda
payment = Pagamento
paid = Paga
payment-surcharge = Taxa do método de pagamento
delivery = Entrega
delivery-price = Portes de envio
recipient = Destinatário
address = Morada
tracking-number = Número de seguimento
contact = Contacto
coupon = Cupão
managers-discount = Desconto do vendedor
buyers-comment = Comentário do comprador
stores-comment = Comentário da loja
left-out = Não incluídos, quantidade 0

yes = sim
no = não
by-carriers-tariff = conforme o tarifário da transportadora
no-callback = O comprador pediu para não lhe telefonarem

order-paid = A encomenda Cartum { $number } foi paga na loja online: { $sum }
order-canceled = A encomenda Cartum { $number } foi cancelada na loja online, mas os artigos já tiveram saída de stock, pelo que o estado desta ordem de trabalho se mantém. Decida aqui o que fazer com os artigos.
order-deleted = A encomenda Cartum { $number } foi eliminada na loja online (detetado em { $moment }). Esta ordem de trabalho mantém-se como está.
changed-in-store = Alterações na loja online: { $changes }
no-longer = removido: { $line }

stand-in-title = Artigo da loja { $store }
stand-in-description = Substitui artigos da loja que não existem no RO App.

buyer-of-order = Comprador da encomenda { $number }
buyer = Comprador
name-as-typed = Nome indicado na encomenda
phone-as-typed = Telefone indicado na encomenda
email-as-typed = E-mail indicado na encomenda
