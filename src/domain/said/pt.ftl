# What a person is told of stores, orders and accounts. Each message is stored as its code and its values.

# Users of the pages.
user-taken = já existe um utilizador “{ $name }”; escolha outro nome
user-without-name = está vazio; introduza um nome
user-name-long = tem mais de { $most } caracteres
user-name-unprintable = contém uma quebra de linha ou outro carácter de controlo
no-user = não existe o utilizador “{ $name }”; os utilizadores são { $names }
no-user-yet = não existe o utilizador “{ $name }”: ainda não há utilizadores; adicione um
password-short = tem menos de { $least } caracteres
password-long = tem mais de { $most } caracteres
password-obvious = é demasiado fácil de adivinhar; escolha outra
not-read-now = não foi possível ler tudo neste momento; nada foi guardado: tente novamente
password-for-new-address = introduza novamente a palavra-passe: sem isso, não é enviada para outro endereço
user-without-account = escolha pelo menos uma conta
settings-changed-meanwhile = entretanto, outra pessoa alterou as definições, por isso nada foi guardado{ $shown ->
    [page] ; esta página mostra o que introduziu; guarde outra vez para substituir as da outra pessoa
   *[command] ; veja-as e execute o comando outra vez
}
password-wrong = não é a sua palavra-passe atual

# What a person can do about something, in other messages: a command, or a button on a page.
do-retry = clique em “Tentar novamente”
do-recreate = clique em “Criar de novo”
do-resume = clique em “Retomar”
do-edit = em “Editar definições”
do-login = em “Novas credenciais”
do-key = em “Nova chave”
do-check = com “Verificar agora”
do-fetch = com “Obter da loja”
do-choose-managers = escolha todos os funcionários ou só alguns

# Parts of a work order.
part-title = título
part-price = preço estimado
part-notes = notas
part-field = campo personalizado f{ $field }
part-status = estado
part-client = cliente
part-line = linha { $title }
part-item = linha { $item } do RO App
part-item-of = linha { $item } do RO App ({ $article })
pending-change = alteração pendente

# What happened to an order: the store.
seen = vista na loja
seen-not-worked = vista na loja: { $state }, { $reason }
changed = alterada na loja
changed-not-worked = alterada na loja: { $state }, { $reason }
found-again = de novo na loja; o processamento continua
missing-in-store = ausente da loja três vezes ao longo de uma hora: tratada como eliminada na loja
no-longer-excluded = já não está excluída: as definições mudaram
number-again = o número pertence agora a outra encomenda
number-back = a loja volta a mostrar a encomenda anterior com este número

# What a person asked or decided.
asked-retry = nova tentativa pedida
asked-resync = nova sincronização pedida
asked-recreate = nova ordem de trabalho pedida
decided-store = decisão manual: prevalecem os valores da loja
decided-roapp = decisão manual: prevalecem os valores do RO App
decided-own = decisão manual: a ordem de trabalho { $work_order } pertence a esta encomenda; associada
decided-not-own = decisão manual: a ordem de trabalho { $work_orders } não pertence a esta encomenda; é criada uma nova
decided-same = decisão manual: continua a ser a mesma encomenda; a ordem de trabalho é atualizada
decided-another = decisão manual: o número pertence agora a outra encomenda
decided-another-of = decisão manual: o número pertence agora a outra encomenda; a ordem de trabalho { $work_order } fica com a anterior
decided-product = decisão manual: o artigo { $product } para “{ $title }”
chosen-product = escolhido manualmente
no-product-to-choose = a encomenda { $number } não está em espera por causa de um artigo; recarregue a página
no-such-product = o RO App já não tem o artigo { $product }; escolha outro

# What was written to RO App.
person-linked = cliente { $person }: { $reason }
product-made = artigo { $product } criado
work-order-made = ordem de trabalho criada: { $work_order }
work-order-found = ordem de trabalho encontrada pelo marcador: { $work_order }
line-changed = linha alterada
line-removed = linha removida
line-removed-already = a linha já tinha sido removida
line-found = linha encontrada na ordem de trabalho
status-set = estado definido: { $status }
client-set = cliente da ordem de trabalho definido: { $client }
client-set-instead = cliente da ordem de trabalho alterado de { $before } para { $client }
head-changed = notas e campos alterados
head-changed-plainer = notas e campos alterados, com textos mais simples, porque o RO App recusou os originais ({ $error })
head-changed-partly = notas e campos alterados, exceto o que o RO App recusa: { $parts } ({ $error })
comment-added = comentário adicionado
comment-refused = comentário recusado: { $error }
comment-unclear = comentário enviado, não se sabe se foi entregue: { $error }
not-made = { $record ->
    [person] o cliente não foi criado
    [product] o artigo não foi criado
    [work_order] a ordem de trabalho não foi criada
    [line] a linha não foi criada
   *[comment] o comentário não foi criado
}; a criação é repetida
in-step = sincronizada: total, estado e marcador verificados
repaired = as linhas diferem do que foi gravado; corrigidas uma vez
try = tentativa { $try }: { $reason }
parked = { $state }: { $reason }

# Conflicts.
conflict = conflito: { $part } (na loja: { $store }; no RO App: { $roapp })
agreed = conflito resolvido: { $part }, agora sem diferenças entre os dois lados
not-settled = { $reason }
not-written = { $part }: alteração não gravada no RO App; motivo: { $reason }
settled-store = resolvido com os valores da loja: { $parts }
settled-roapp = resolvido com os valores do RO App: { $parts }
still-pending = ainda não é possível gravar a alteração pendente: { $reason }

# What people did in RO App.
moved = alguém alterou o estado no RO App de { $from } para { $to }
given = alguém atribuiu a ordem de trabalho ao cliente { $client } no RO App
given-to = alguém atribuiu a ordem de trabalho ao cliente { $client } ({ $name }) no RO App
closed = fechada no RO App
reopened = reaberta no RO App
written-off = os artigos tiveram saída de stock no RO App: as linhas já não são alteradas
brought-back = os artigos deixaram de ter saída de stock no RO App
fields-changed = alguém alterou notas ou campos no RO App; a alteração mantém-se
lines-changed = alguém alterou linhas no RO App; a alteração mantém-se
removed = a ordem de trabalho { $work_order } foi eliminada no RO App
still-there = a ordem de trabalho { $work_order } ainda existe no RO App; associada como antes, nada é criado
dissolved = a ordem de trabalho { $work_order } já não existe no RO App; a associação é removida

# Statuses on their way to the store.
write-back-arrived = a loja tem agora o estado { $store }, depois de alguém definir o estado { $roapp } no RO App
write-back-try = tentativa { $try } de definir o estado { $store } na loja: { $error }
write-back-overtaken = o estado { $roapp } do RO App não é enviado para a loja, que entretanto passou para o estado { $store }
write-back-unmapped = o estado { $roapp } do RO App não é enviado para a loja: já não consta do campo Estados de volta para a loja
write-back-refused = a loja não aceita o seu estado { $store }, que corresponde ao estado { $roapp } do RO App ({ $error }); defina-o manualmente na loja ou altere o campo Estados de volta para a loja em “Editar definições”

# What differs, in words.
line-not-there = não existe
line-removed-there = removida
line-deleted = eliminada
line-left-out = nenhuma linha de lá lhe corresponde
status-of-both = { $store } (estado { $roapp } do RO App)
client-named = { $name } (cliente { $client })
buyer-unnamed = alguém sem nome
wanted-line = { $title } ({ $values })

# Why something is not written.
work-order-closed = a ordem de trabalho está fechada
written-off-goods = os artigos da ordem de trabalho já tiveram saída de stock
notes-too-long = as notas ficariam demasiado longas
status-unmapped = no campo Estados, o estado { $store } da loja não tem nenhum estado do RO App
store-moved-on = a loja passou entretanto para o estado { $store }
work-order-moved-on = a ordem de trabalho passou entretanto para { $status }
work-order-without-status = a ordem de trabalho não mostra agora nenhum estado
status-not-set-back = o estado não é reposto em { $status }: { $why }
pending-head = a ordem de trabalho está fechada; as notas e os campos mudaram na loja
pending-lines = { $why }; a loja tem agora { $lines }
pending-no-lines = { $why }; a loja já não tem linhas
pending-client = { $why }; o comprador na loja é agora { $store }, o cliente da ordem de trabalho continua a ser { $roapp }

# Why an order is not imported.
excluded-status = o estado { $store } da loja não é importado (Estados excluídos)
excluded-by-window = feita antes do período da importação, que começa em { $from }

# Why an order is held before anything is written.
hold-currency = a encomenda está em { $order }, a conta trabalha em { $account }; os valores nunca são convertidos: introduza a encomenda manualmente
hold-too-long = a encomenda tem { $lines } linhas; são gravadas no máximo { $most }: divida-a na loja ou introduza-a manualmente
sum-below-zero = { $place } é inferior a zero ({ $value }), o que o RO App não permite; corrija na loja ou introduza esta encomenda manualmente
sum-too-large = { $place } é demasiado grande ({ $value }); corrija na loja
sum-line-total = a linha { $line } custa { $total } na loja, mais do que o preço multiplicado pela quantidade, que dá { $expected }; corrija essa linha na loja
sum-lines = as linhas somam { $sum }, mas o total da loja antes de descontos é { $total }; { $fix }
sum-lines-of-sets = as linhas somam { $sum } ({ $without } sem os componentes dos conjuntos), mas o total da loja antes de descontos é { $total }; { $fix }
sum-fix-lines = corrija as linhas na loja
sum-fix-extras = a loja inclui nos totais { $extras } de entrega e pagamento, que não se distinguem dos artigos: introduza esta encomenda manualmente
sum-surcharge = o total da encomenda é { $total }, mais do que as linhas, que somam { $lines }; retire o acréscimo na loja ou adicione-o como linha
sum-discount = o desconto de { $discount } é superior às linhas, que somam { $lines }; reduza o desconto na loja
sum-no-lines = a encomenda não tem linhas, mas o total é { $total }; adicione as linhas na loja ou defina o total como 0.00
sum-per-unit = o RO App aplica o desconto a cada unidade, e o desconto de { $discount } não se pode repartir pelas unidades destas linhas em cêntimos inteiros; altere o desconto ou as quantidades na loja, ou introduza esta encomenda manualmente
place-total = o total da encomenda
place-total-before-discounts = o total da encomenda antes de descontos
place-price = o preço da linha { $line }
place-quantity = a quantidade da linha { $line }
place-line-total = o total da linha { $line }
place-line-gross = o preço vezes a quantidade da linha { $line }

# Why a work order is not complete.
marker-missing = as notas da ordem de trabalho já não contêm o marcador { $marker }
shortfall-lines-unread = as linhas ainda não foram lidas
shortfall-lines = { $lines ->
    [one] { $lines } das linhas não aparece no RO App como foi gravada
   *[other] { $lines } das linhas não aparecem no RO App como foram gravadas
}; o total no RO App é { $total }, o da loja é { $expected }
shortfall-total = todas as linhas estão certas, mas o total no RO App é { $total } e as linhas somam { $expected }; verifique os impostos e os descontos do tipo de ordem de trabalho
work-order-deleted = a ordem de trabalho foi eliminada no RO App; para a criar outra vez, clique em “Criar de novo”

# Why a buyer is a client, and why a person should look at it.
matched-phone-and-name = telefone e nome
matched-email-and-name = e-mail e nome
matched-phone-alone = só o telefone
person-made = criado
review-phone-alone = O cliente { $client } tem o telefone do comprador, mas com outro nome.
review-phone-alone-of-several = O cliente { $client } tem o telefone do comprador, mas com outro nome. { $several }
review-several = Há vários clientes que correspondem ({ $clients }); foi escolhido o mais antigo, { $chosen }.

# What speaks against a work order that carries an order's marker.
doubt-other-markers = as notas também contêm marcadores de outras encomendas
doubt-client = pertence a outro cliente
doubt-location = está noutra localização
doubt-order-type = é de outro tipo
doubt-too-old = é mais antiga do que a encomenda
doubt-unexpected = este programa não tem registo de a ter criado
doubt-not-shown = o RO App não a mostra à chave de API

# What RO App did with a call.
roapp-no-answer = { $call } ficou sem resposta
roapp-refused = o RO App recusou { $call } com { $status }: { $message }
roapp-access = o RO App não permite { $call } ({ $status }, { $status ->
    [401] verifique a chave de API
    [402] o plano pode não incluir a API
   *[other] verifique as permissões do funcionário da chave
}): { $message }
roapp-missing = o RO App não tem nada em { $call } ({ $status }): o registo foi eliminado ou o URL base está errado
roapp-too-many = o RO App está demasiado ocupado para { $call } (429)
roapp-unavailable = o RO App está indisponível ({ $status } em { $call })
roapp-page = o RO App está indisponível (uma página web com { $status } em { $call })
roapp-not-json = a resposta a { $call } não é JSON ({ $what })
roapp-garbled = a resposta a { $call } não é a esperada em { $place }
roapp-endless = a lista de { $call } não termina ao fim de { $pages } páginas
roapp-inexact = { $call }: { $field } tem mais algarismos do que os que se podem enviar com exatidão
internal = { $error }

# What a store did with a call.
cartum-login-refused = { $host } recusou o início de sessão ({ $message }); verifique a palavra-passe e o utilizador: é o nome de utilizador do administrador, não um endereço de e-mail
cartum-login-is-email = { $host } recusou o início de sessão ({ $message }); o utilizador indicado é um endereço de e-mail, mas o Cartum espera o nome de utilizador do administrador: veja em Definições > Administradores na loja
cartum-not-on-plan = { $host } não disponibiliza a API ({ $what }); o plano da loja tem de incluir o acesso à API e o utilizador tem de ter permissão para a usar
cartum-not-cartum = { $host } não responde como uma loja Cartum (HTTP { $status }, { $seen }); verifique o campo Endereço do site, se a API está ligada e se não há uma página de proteção à frente
cartum-redirected = { $host } redireciona { $function } para { $location }; indique no campo Endereço do site o endereço que responde sem redirecionamento
cartum-temporary = { $host } não consegue responder agora a { $function }: { $trouble }
cartum-too-many = pede menos chamadas (HTTP 429)
cartum-http = HTTP { $status }
cartum-token-refused = aceitou o início de sessão, mas recusou o token que tinha emitido ({ $message }); se persistir, verifique as permissões do utilizador e o plano
cartum-not-json = { $host } respondeu a { $function } com HTTP { $status }, mas sem JSON ({ $seen })
cartum-page = { $host } respondeu a { $function } com HTTP { $status }, mas sem JSON ({ $seen }); se persistir, verifique se há uma página de proteção à frente
cartum-broken = { $host } respondeu a { $function } com JSON ilegível ({ $seen }): { $fault }
cartum-failed = { $host } não conseguiu responder a { $function }: { $word } ({ $message }); o registo de pedidos da loja, em /api/logs/, pode dizer mais
cartum-unknown-word = { $host } respondeu a { $function } com o estado desconhecido “{ $word }”; a resposta é ignorada
cartum-contract = { $host } respondeu a { $function } com um conteúdo inesperado em { $place }
cartum-endless = a lista de encomendas de { $host } não terminou ao fim de { $pages } páginas; peça um período mais curto
cartum-no-answer = sem resposta a { $function }
webhook-unknown = o ID da subscrição é desconhecido, porque a resposta da loja se perdeu
webhook-removed = removida na loja
caused = { $error }: { $cause }
internal-error = erro interno (é um erro do programa; o registo mostra onde; comunique-o)
text = { $text }

# Why an order waits.
unanswered = { $reason }; { $tries ->
    [one] { $tries } tentativa
   *[other] { $tries } tentativas
} até agora, a próxima é automática
endless-plan = o planeamento não chega ao fim
person-unknown = o cliente do comprador não é conhecido
work-order-unknown = a ordem de trabalho não é conhecida
product-unknown = o artigo “{ $title }” não é conhecido
work-order-missing = o RO App não tem a ordem de trabalho { $work_order }; será verificada de novo
listed-already = o RO App já lista a ordem de trabalho { $work_order } com o marcador desta encomenda
changed-meanwhile = já não existe no RO App
no-line-to-write = nenhuma das linhas pode ser gravada
step-unanswered = { $step }: { $reason }
step-unanswered-and-refused = { $step }: { $reason }; o RO App recusa também: { $also }
waits-for-product = { $line }: o artigo está a ser criado para outra encomenda e o RO App ainda não respondeu a essa chamada

# Why an order failed, is held or is over.
gone = eliminada na loja; a ordem de trabalho, se existir, mantém-se no RO App
gone-unreadable = eliminada na loja; o RO App não foi informado, porque não é possível ler os dados da loja: { $error }
unreadable-data = não é possível ler os dados da loja: { $error }
data-not-kept = não é possível guardar ou ler os dados da encomenda: { $error }
tries-failed = { $tries ->
    [one] { $tries } tentativa falhada
   *[other] { $tries } tentativas falhadas
}; a última: { $reason }
person-refused = o RO App recusa o cliente
no-right = { $error }; dê ao funcionário da chave de API a localização desta loja e a permissão para adicionar artigos sem dedução e depois clique em “Retomar”
status-refused = o RO App recusa o estado { $status }, que corresponde ao estado { $store } da loja ({ $error }); defina-o manualmente ou altere o campo Estados
staffs-status-refused = o RO App recusa o estado { $status }, que um funcionário tinha definido antes ({ $error }); defina-o manualmente
client-not-set = o RO App não atribui à ordem de trabalho o cliente { $client }, que é o comprador na loja ({ $why }); atribua-o no RO App e depois clique em “Tentar novamente”
same-client-as-before = aceitou a alteração, mas a ordem de trabalho continua com o mesmo cliente
line-not-removed = o RO App não permite remover a linha { $item }, que a loja removeu: remova-a manualmente e depois clique em “Tentar novamente”
no-line-executor = o Executante das linhas é o gestor, mas esta encomenda não tem gestor; escolha um funcionário
several-products = o RO App tem vários artigos com { $key } “{ $value }” (ID { $ids }); deixe esse valor num só artigo no RO App e depois clique em “Tentar novamente”
no-product = o RO App não tem nenhum artigo com { $key } “{ $value }” ({ $title }), e Artigos desconhecidos está definido como “em espera”; adicione o artigo no RO App e depois clique em “Tentar novamente”
key-article = referência
key-code = código
key-barcode = código de barras
key-title = título
older-api-ended-for-product = a API antiga do RO App, a única que cria artigos, deixou de existir: o RO App não tem { $product }; adicione o artigo manualmente no RO App e depois clique em “Tentar novamente”
product-named = “{ $title }”
product-named-of = “{ $title }” (referência { $article })
work-order-linked-elsewhere = a ordem de trabalho { $work_order } do RO App tem o marcador desta encomenda, mas uma das duas já está associada a outra
marker-not-shown = a ordem de trabalho { $work_order } foi criada, mas o RO App não mostra o marcador { $marker } nas notas; sem ele, uma encomenda podia ser criada duas vezes, por isso não se cria mais nada. Verifique as notas do gestor na ordem de trabalho e depois clique em “Retomar”
another-order = a loja mostra outra encomenda com este número: feita em { $placed } (a loja foi restaurada ou esvaziada?). A ordem de trabalho da encomenda anterior mantém-se inalterada. Na encomenda { $number } da loja { $store }, “Outra encomenda” cria uma ordem de trabalho própria para esta; “Mesma encomenda” indica que é a mesma e atualiza a ordem de trabalho dela
another-order-since = a loja mostra outra encomenda com este número: feita em { $placed }, a anterior em { $was } (a loja foi restaurada ou esvaziada?). A ordem de trabalho da encomenda anterior mantém-se inalterada. Na encomenda { $number } da loja { $store }, “Outra encomenda” cria uma ordem de trabalho própria para esta; “Mesma encomenda” indica que é a mesma e atualiza a ordem de trabalho dela
several-work-orders = o RO App tem várias ordens de trabalho com o marcador desta encomenda (ID { $ids }); remova-o das notas de todas exceto a certa e depois clique em “Tentar novamente”
several-people-of-one-call = o RO App tem vários registos com o sinal de uma mesma chamada à API (ID { $ids }) e o mesmo nome: junte-os num só no RO App e depois clique em “Tentar novamente”
several-records-of-one-call = o RO App tem vários registos com o sinal de uma mesma chamada à API (ID { $ids }); mantenha o sinal na descrição de um deles, remova-o dos outros e depois clique em “Tentar novamente”
person-of-call-changed = o RO App não respondeu quando o cliente desta encomenda ia ser criado, e o cliente { $ids } tem o sinal dessa chamada à API, { $token }, com outro nome. Se for o comprador desta encomenda, reponha o nome do comprador no RO App; se não for, remova o sinal das notas dele; depois clique em “Tentar novamente”. Não é preciso eliminar ninguém
product-of-call-changed = o RO App não respondeu quando um artigo desta encomenda ia ser criado, e o artigo { $ids } tem o sinal dessa chamada à API, { $token }, com outra referência. Se for o artigo certo, reponha a referência da loja no RO App; se não for, remova o sinal da descrição dele; depois clique em “Tentar novamente”
record-of-call-changed = o registo { $ids } do RO App tem o sinal de uma chamada à API desta encomenda, mas o conteúdo é diferente
claim = a ordem de trabalho { $work_order } tem o marcador desta encomenda
claim-in-doubt = a ordem de trabalho { $work_order } tem o marcador desta encomenda, mas { $doubts }
claim-linked-elsewhere = a ordem de trabalho { $work_order } tem o marcador desta encomenda, mas está associada a outra encomenda
work-order-numbered = { $number } (ID { $id })
claims-held = { $claims }. Nada é criado nem associado até alguém decidir: { $solved }
claim-solved = na encomenda { $number } da loja { $store }, “Mesma encomenda” associa a ordem de trabalho, “Outra encomenda” deixa-a como está e cria uma nova; a encomenda também avança quando o marcador for removido das notas da ordem de trabalho
claims-solved = remova o marcador das notas de todas exceto a certa, ou deixe-as todas como estão e crie uma nova com “Outra encomenda” na encomenda { $number } da loja { $store }

# An order that RO App may have already without our marker.
possible-double = esta encomenda pode já estar no RO App: { $candidates }. Nada é criado até alguém decidir: { $solved }
double-candidate = ordem de trabalho { $work_order } ({ $signs })
double-by-number = os textos contêm o número da encomenda
double-by-client = mesmo cliente e mesmo total, criada a menos de um dia da encomenda
double-solved = { $shown ->
    [page] “Associar”
   *[command] `store doubles { $store } { $number } --link` (com o ID da ordem de trabalho, se houver várias)
} mantém essa ordem de trabalho como está e, a partir de agora, sincronizada, { $shown ->
    [page] “Ignorar”
   *[command] `--skip`
} deixa-a como está e não importa nada, { $shown ->
    [page] “Criar”
   *[command] `--create`
} cria uma nova ordem de trabalho
double-skipped = já está no RO App como ordem de trabalho { $work_orders }; alguém decidiu ignorá-la
double-linked = alguém decidiu: a ordem de trabalho { $work_order } é desta encomenda; associada tal como está
double-of-another = alguém decidiu que a ordem de trabalho { $work_order } é desta encomenda, mas está associada a outra encomenda
decided-double-link = alguém decidiu: é a ordem de trabalho { $work_order }
decided-double-skip = alguém decidiu: já está no RO App; é ignorada
decided-double-create = alguém decidiu: ainda não está no RO App; é criada uma ordem de trabalho
double-of-several = pode ser uma de várias ordens de trabalho: indique qual
double-settled = já tem uma ordem de trabalho
double-by-number-alone = só o número foi encontrado lá, com outro total; decida sobre ela individualmente
no-candidate = essa ordem de trabalho não é nenhuma das que podem ser desta encomenda
no-possible-double = nada no RO App se parece com esta encomenda

# Rehearsals.
rehearsal-runs = já está a decorrer uma simulação desta loja
import-while-rehearsed = está a decorrer uma simulação, que pode encontrar encomendas que já estão no RO App; importe quando terminar
rehearsal-too-long = a simulação demorou mais de { $minutes } minutos e foi interrompida

# The client of an order.
decided-client = decisão manual: cliente { $client } ({ $name })
chosen-client = escolha manual
client-confirmed = alguém verificou o cliente e confirmou-o: { $client }
no-client-to-check = o cliente da encomenda { $number } não precisa de verificação
no-such-client = o RO App não tem o cliente { $client }
order-over = a encomenda { $number } não é sincronizada com o RO App, por isso não é possível escolher o cliente
order-unreadable = não é possível ler a encomenda { $number }, por isso o comprador não é conhecido
pending-chosen-client = { $why }; o cliente escolhido, { $client }, não foi definido

# Lines that RO App refuses.
line-some = uma linha
line-named = linha “{ $title }”
line-named-of = linha “{ $title }” (referência { $article })
line-change = alteração de { $line }
line-removal = remoção da linha { $item } do RO App
line-removal-of = remoção da linha { $item } do RO App (referência { $article })
refused-line = { $line }: { $why }
refused-line-as-well = { $line } ({ $why })
and-more = e mais { $more }
lines-refused = { $lines }
lines-refused-alike = { $why }; em causa: { $lines }
lines-refused-and-untried = { $refused }; mais { $untried } sem tentativa
lines-left = { $refused }; { $rest }. Corrija no RO App ou na loja e depois clique em “Tentar novamente”
other-lines-written = as outras linhas estão no RO App
no-line-written = nenhuma linha da encomenda está no RO App
status-waits-for-lines = { $rest }, e o estado espera pelas que faltam, porque fecha a ordem de trabalho

# Why people and products are linked.
matched-product = { $key } igual
matched-contact-made = mesmo contacto, criado por nós
made-for-order = criado para esta encomenda
made-for-buyer = criado para este comprador
made-found-again = criado para esta encomenda, encontrado de novo
found-by-token = criado por nós, encontrado pelo token
review-contact-not-taken = o contacto é igual ao de um comprador anterior, contacto esse que o RO App não aceitou

# What becomes of a status that a person set in RO App.
wish-order-gone = o estado { $status } do RO App, definido por alguém, não é enviado para a loja: a encomenda foi eliminada lá
wish-work-order-deleted = o estado { $status } do RO App, definido por alguém, não é enviado para a loja: a ordem de trabalho foi eliminada no RO App
wish-unmapped = o estado { $status } do RO App, definido por alguém, não é enviado para a loja: não consta do campo Estados de volta para a loja
wish-store-paused = o estado { $status } do RO App, definido por alguém, será enviado para a loja quando a loja for retomada
wish-store-off = o estado { $status } do RO App, definido por alguém, será enviado para a loja quando a loja for ligada
wish-login-refused = o estado { $status } do RO App, definido por alguém, será enviado para a loja quando as credenciais voltarem a funcionar
wish-next-poll = o estado { $status } do RO App, definido por alguém, será enviado para a loja na próxima sincronização
store-still-reports = aceitou a alteração, mas continua a indicar { $store }

# Why an account or a store waits, and notices.
api-key-given-up = os valores cifrados com a chave { $key } foram abandonados; introduza de novo a chave de API em “Nova chave”
password-given-up = os valores cifrados com a chave { $key } foram abandonados; introduza de novo a palavra-passe em “Novas credenciais”
key-of-another-company = a chave de API pertence a uma empresa do RO App ({ $company }) diferente da desta conta ({ $own }); introduza a chave certa em “Nova chave”
paused-by-hand = pausada manualmente
login-refused = a loja recusa o utilizador “{ $login }” desde { $since }; corrija em “Novas credenciais” e a loja continua a partir de onde parou
refused-in-a-row = o RO App recusou { $times } ordens de trabalho seguidas pelo mesmo motivo: { $cause }; corrija no RO App ou nas definições e depois clique em “Retomar”
store-of-newer-release = { $error }; pode ter sido definido por uma versão mais recente, que continua a tratar da loja; use essa versão em todo o lado
store-row-unreadable = { $error }; corrija o registo e depois clique em “Retomar”
not-kept = não é possível guardar o que foi lido: { $error }
store-too-dense = a loja não pagina de forma fiável com “offset” e tem mais encomendas num intervalo de dois minutos do que as que envia de uma vez
store-too-much = a loja enviou mais do que se aceita num dia
store-unfinished = a loja mostra encomendas novas, mas a leitura das restantes falhou: { $error }; até isso funcionar, as alterações a encomendas mais antigas não são vistas
store-unanswered = a loja responde, mas não para { $count } das suas encomendas, como a { $number }: { $error }; as respetivas alterações não são vistas; pergunte ao suporte da loja
store-ignores-ids = a loja envia encomendas diferentes das pedidas por número: as alterações a encomendas mais antigas não são vistas; pergunte ao suporte da loja sobre “ids” em orders/get
too-many-new-orders = a loja envia mais de { $most } encomendas novas por dia (uma grande conta várias vezes), ou outros tantos registos que não são encomendas: o resto é recebido no dia seguinte; verifique na administração da loja se são mesmo encomendas
too-many-changes = a loja altera as encomendas de cada vez que são lidas, mais de { $most } vezes hoje (uma encomenda grande conta várias vezes): de cada encomenda só se guardam a versão mais recente e a que está no RO App; pergunte ao suporte da loja ou descubra o que as altera
stray-rows = a loja enviou { $first }{ $others ->
    [0] {""}
    [one] , e mais { $others } registo deste tipo
   *[other] , e mais { $others } registos deste tipo
}; os dados originais são guardados
too-many-stray-rows = a loja enviou { $first }{ $others ->
    [0] {""}
    [one] , e mais { $others } registo deste tipo
   *[other] , e mais { $others } registos deste tipo
}; os dados originais são guardados; guardam-se no máximo { $most } por dia, e menos se forem grandes
row-without-number = uma encomenda sem número legível ({ $error })
row-refused = a encomenda { $number }, que a base de dados recusa ({ $error })
many-orders-lost = faltam de repente muitas encomendas na loja (pelo menos { $missing } de { $asked }); nenhuma é tratada como eliminada; verifique na administração da loja se lá estão
many-lost = faltam de repente muitas ordens de trabalho no RO App (pelo menos { $missing } de { $linked }); nenhuma é tratada como eliminada; verifique no RO App se lá estão
many-lost-lately = faltam de repente muitas ordens de trabalho no RO App ({ $missing } de { $linked }); nenhuma é tratada como eliminada antes de passar uma hora; verifique no RO App se lá estão
all-lost = o RO App diz não ter nenhuma das ordens de trabalho pedidas; nenhuma é tratada como eliminada antes de passar uma hora
catalogue-silent = o catálogo da loja não responde sobre as referências da encomenda { $number }; os títulos são retirados das encomendas
catalogue-unreadable = não é possível ler o catálogo da loja ({ $error }); os títulos são retirados das encomendas
numbers-come-back = há números de encomenda da loja que pertencem agora a outras encomendas ({ $number }, por exemplo): a loja foi restaurada ou esvaziada? Essas encomendas ficam em espera até alguém indicar, em cada uma, “Mesma encomenda” ou “Outra encomenda”; encontra-as entre as encomendas em espera
double = a ordem de trabalho { $work_order } ({ $id }) tem o marcador da encomenda { $number }, que continua associada à ordem de trabalho { $linked }: talvez alguém tenha copiado a ordem de trabalho com as notas. Remova o marcador das notas de { $id }
stranger = { $count } ordens de trabalho têm marcadores de encomendas, mas não foram criadas a partir desta base de dados (ID { $ids }): parece haver uma segunda cópia deste programa a funcionar com uma cópia da base de dados. Pare essa cópia e depois clique em “Retomar”
work-order-of = { $work_order } da encomenda { $number }
older-api-ended = a API antiga do RO App deixou de existir para esta conta (os caminhos sem versão respondem 404 ou 410). Os artigos são encontrados com outras chamadas, mas não há forma de criar novos: as encomendas com artigos que o RO App não tem usam o artigo de substituição da loja, se existir, ou ficam em espera; as campanhas não são verificadas. Adicione manualmente no RO App os artigos em falta e depois clique em “Tentar novamente”
clock-off = o relógio { $whose ->
    [roapp] do RO App
   *[store] da loja
} está { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
} { $way ->
    [ahead] adiantado
   *[behind] atrasado
} em relação ao desta máquina; acerte o relógio desta máquina por NTP ou, se estiver certo, avise o outro lado
zone-off = Fuso horário: as últimas encomendas novas mostram que o relógio da loja está { $measured } { $way ->
    [ahead] adiantado
   *[behind] atrasado
} em relação a { $zone }; indique o fuso da própria loja em “Editar definições”
time-minutes = { $minutes } min
time-hours = { $hours } h
time-hours-and-minutes = { $hours } h { $minutes } min
audit-found = a verificação noturna encontrou { $count ->
    [one] { $count } encomenda que nenhuma sincronização tinha visto e guardou-a
   *[other] { $count } encomendas que nenhuma sincronização tinha visto e guardou-as
} ({ $numbers })
audit-unbalanced = a verificação noturna detetou diferenças em { $count ->
    [one] { $count } dia
   *[other] { $count } dias
} ({ $days }); clique em “Verificar agora” para ver a lista completa
audit-found-and-unbalanced = { $found }; { $gaps }
audit-unfinished = não foi possível concluir a verificação noturna ({ $error }); repete-se amanhã, ou já com “Verificar agora”
audit-day = { $day }: { $why }
audit-totals-differ = os totais são diferentes
no-date = sem data legível
audit-gaps = { $parts }
audit-not-on-record = na loja, mas não registadas: { $orders }
audit-not-shown = registadas, mas não na loja: { $orders }
audit-other-totals = totais diferentes: { $orders }
audit-unreadable = ilegíveis, pelo que os totais são desconhecidos: { $orders }
audit-without-work-order = concluídas sem ordem de trabalho: { $orders }
audit-strays = registos sem número de encomenda: { $rows }
audit-totals = { $number } ({ $store } na loja, { $record } no registo)
amount-unknown = valor desconhecido
named-and-more = { $named } e mais { $more }
only-more = mais { $more }

# Settings that do not fit.
setting-does-not-fit = { $key }: { $faults }; corrija em “Editar definições”
status-not-in-map = o estado { $status } da loja não consta do campo Estados: as ordens de trabalho mantêm o estado; adicione-o em “Editar definições”
status-leads-nowhere = estados da loja sem estado do RO App: { $statuses }; no campo Estados, escolha para cada um (por exemplo, { $example }) o estado inicial ou um estado do RO App
status-titled = { $id } ({ $title })
store-has-no-status = a loja não tem o estado { $status }; { $choices }
store-too-old-for-statuses = a loja é demasiado antiga para listar os seus estados; se tiver estados próprios, inclua-os também no campo Estados
no-title-shows-a-language = nenhum título da loja indica um idioma, pelo que não foi possível verificar este
no-titles-in-language = a loja não tem títulos em “{ $language }”; tem { $languages }
no-titles-in-language-but = a loja não tem títulos em “{ $language }”; tem { $languages }; queria dizer “{ $hint }”?
store-shows-no-currency = a loja não indica nenhuma moeda, pelo que não foi possível verificar esta
other-currencies = a loja vende em { $currencies }, não em { $currency }; os valores nunca são convertidos, por isso a loja e o RO App têm de usar a mesma moeda
titles-unreadable = não foi possível ler o catálogo: { $error }
roapp-has-no = o RO App não tem { $what ->
    [order_type] o tipo de ordem de trabalho
    [category] a categoria de artigos
    [campaign] a campanha
    [employee] o funcionário
   *[status] o estado
} { $id }; { $choices }
location-archived = a localização { $id } ({ $name }) está arquivada no RO App; { $choices }
location-not-shown = o RO App não mostra a localização { $id } ao funcionário a quem pertence a chave de API; { $choices }
employee-inactive = o funcionário { $id } ({ $name }) não está ativo no RO App; { $choices }
status-of-invoices = o estado { $id } ({ $name }) do RO App é de faturas, não de ordens de trabalho; { $choices }
no-such-field = o RO App não tem o campo personalizado f{ $field } nas ordens de trabalho; { $choices }
field-takes-a-number = f{ $field } ({ $title }) recebe um número; indique “{"{"}order_number{"}"}” ou um número fixo
field-takes-a-time = f{ $field } ({ $title }) recebe data e hora; indique “{"{"}placed_at{"}"}” ou um valor fixo como “2026-01-31T09:00:00Z”
field-takes-yes-or-no = f{ $field } ({ $title }) é um campo de sim/não, que não se preenche com texto; escolha um campo de texto
field-required = o RO App exige f{ $field } ({ $title }) nas ordens de trabalho; preencha este campo, por exemplo com “{ $example }”
yes-no-field-required = o RO App exige f{ $field } ({ $title }) nas ordens de trabalho; é um campo de sim/não, que não se preenche com texto; torne-o opcional no RO App
choose = opções disponíveis: { $choices }
choose-and-more = opções disponíveis: { $choices } e mais { $more }
choose-none = sem opções disponíveis
roapp-unreadable = não é possível ler o RO App: { $error }
try-again = { $error }; tente novamente daqui a um minuto
store-ignores-from = a loja ignora a data a partir da qual se pedem encomendas e envia encomendas mais antigas: cada sincronização lê-as todas; pergunte ao suporte da loja sobre “from” em orders/get

# Names that somebody gave, and what has them.
no-account-yet = não existe a conta “{ $name }”: ainda não há contas; adicione uma primeiro
no-account = não existe a conta “{ $name }”; as contas são { $accounts }
no-store-yet = não existe a loja “{ $name }”: ainda não há lojas; adicione uma primeiro
no-store = não existe a loja “{ $name }”; as lojas são { $stores }
several-stores = há várias lojas com o nome “{ $name }”: { $stores }
several-stores-but-one = há várias lojas com o nome “{ $name }”: é o nome completo de uma e o nome de “{ $other }”; mude o nome desta última { $shown ->
    [page] em “Editar definições”
   *[command] com `store edit { $called } FILE.toml`
}
store-was-removed = a loja foi removida
account-was-removed = a conta foi removida
named-account-was-removed = a conta “{ $account }” foi removida
in-brackets = {" "}({ $what })
after-colon = : { $what }
order-state = { $state ->
    [waiting] por sincronizar
    [synced] sincronizada
    [incomplete] incompleta
    [held] em espera
    [failed] com erro
    [excluded] excluída
    [unreadable] ilegível
    [gone] eliminada na loja
    [removed] eliminada no RO App
   *[other] { $state }
}

# What is wrong with an account.
account-name-taken = já existe uma conta “{ $name }”; escolha outro nome
company-taken = esta empresa do RO App já é a conta “{ $account }”; use essa conta ou mude a respetiva chave em “Nova chave”
company-not-shown = o RO App não mostra os dados da empresa, por isso não é possível detetar uma chave de outra empresa
other-company = a chave pertence a outra empresa ({ $is }); a empresa da conta “{ $account }” é { $was }; adicione a outra empresa como uma conta à parte
other-company-named = a chave pertence a outra empresa, “{ $company }” ({ $is }); a empresa da conta “{ $account }” é { $was }; adicione a outra empresa como uma conta à parte
rate-out-of-range = { $rate } está fora dos limites; indique um valor de 0.1 a 1000 (o RO App permite 3) ou auto
base-url-invalid = “{ $text }” não é um URL válido ({ $error }); indique, por exemplo, https://api.roapp.io
base-url-not-http = “{ $text }” não é um URL http ou https; indique, por exemplo, https://api.roapp.io
base-url-with-user = não pode conter utilizador nem palavra-passe; a chave tem um campo próprio
base-url-with-query = não pode conter ? nem #; indique, por exemplo, https://api.roapp.io
base-url-unencrypted = com http, a chave e os dados pessoais não seguem cifrados; use https
account-not-removed = a conta “{ $account }” não foi removida, porque tem lojas que só a versão que as gravou pode remover: { $stores }
account-has-stores = a conta “{ $account }” tem lojas: { $stores }; remova-as primeiro
not-like-roapp = não responde como o RO App: { $error }
host-unreachable = não é possível contactar o servidor ({ $error }); verifique se o endereço está bem escrito e se o servidor está a funcionar
address-unreachable = { $error }; verifique o endereço e tente novamente

# Files of settings, passwords and keys.
cannot-read = não é possível ler { $file }: { $error }
it-is = o ficheiro { $what }
is-not-utf-8 = não é texto UTF-8; guarde-o em UTF-8
is-utf-16 = não é texto UTF-8, parece ser UTF-16; guarde-o em UTF-8
store-file-too-large = tem mais de 1 MiB, por isso não é um ficheiro de loja
not-toml = não é possível ler a linha { $line } ({ $error })
secret-too-large = { $file } tem mais de 64 KiB; deve conter apenas o segredo
secret-file = { $file } { $what }
is-key-file = é um ficheiro de chaves deste programa, que nunca sai desta máquina; indique o ficheiro com a palavra-passe ou a chave de API
has-several-lines = tem várias linhas; deve conter apenas o segredo
password-file-absolute = { $file } é um caminho absoluto; coloque o ficheiro junto do ficheiro da loja e indique só o nome
password-file-outside = { $file } está fora da pasta do ficheiro da loja; coloque-o nessa pasta
password-file-not-plain = { $file } não é um ficheiro normal; indique um que contenha apenas a palavra-passe
password-file-replaced = { $file } foi substituído durante a leitura; tente novamente

# What is wrong with a setting; on a page it stands at the field.
is-missing = em falta
is-missing-like = { $shown ->
    [page] em falta
   *[command] em falta; indique, por exemplo, { $key } = { $example }
}
is-missing-of = { $shown ->
    [page] em falta; escolha uma opção
   *[command] em falta; indique um destes valores: { $words }
}
is-empty = está vazio
longer-than = tem mais de { $most } caracteres
too-many-characters = tem { $count } caracteres; são permitidos no máximo { $most }
control-character = contém uma quebra de linha ou outro carácter de controlo
not-on-one-line = contém uma quebra de linha ou outro carácter de controlo; escreva numa só linha
not-a-choice = “{ $text }” { $shown ->
    [page] não é uma das opções
   *[command] não é válido; indique um destes valores: { $words }
}
out-of-range = { $number } está fora dos limites; indique um valor de { $least } a { $most }
not-an-id = { $number } não é um ID; os ID são números inteiros a partir de 1
id-twice = { $id } está escolhido duas vezes
kind-text = texto
kind-whole = um número inteiro
kind-fraction = um número com casas decimais
kind-switch = um valor de sim/não
kind-date = uma data
kind-list = uma lista
kind-table = uma tabela
wants-text = esperava-se texto, mas encontrou-se { $found }
wants-whole = esperava-se um número inteiro, mas encontrou-se { $found }
wants-whole-unquoted = esperava-se um número inteiro, mas encontrou-se { $found }{ $shown ->
    [page] {""}
   *[command] ; indique { $text } sem aspas
}
wants-switch = esperava-se sim ou não, mas encontrou-se { $found }
wants-ids = esperava-se uma lista de ID, mas encontrou-se { $found }
wants-table = { $shown ->
    [page] esperavam-se várias linhas
   *[command] esperava-se um cabeçalho [{ $key }] com linhas por baixo
}, mas encontrou-se { $found }
unknown-setting = definição desconhecida; as definições conhecidas são { $known }
unknown-setting-but = definição desconhecida; queria dizer { $meant }?
table-without-line = tem várias linhas; indique uma delas, por exemplo { $setting }.{ $example }
no-table = { $setting } não tem linhas próprias
appears-twice = aparece duas vezes
misplaced = { $key } é uma definição à parte
site-empty = está vazio; indique, por exemplo, “https://shop.example.com”
site-invalid = não é um URL válido ({ $error })
site-with-user = não pode conter utilizador nem palavra-passe; indique-os nos campos Utilizador e Palavra-passe
site-without-host = não tem domínio
site-scheme = “{ $scheme }” não é suportado; o URL tem de começar por https:// (ou http://)
site-without-scheme = não começa por https://; indique, por exemplo, “https://shop.example.com”
site-shortened = só é usado { $url }; o resto do URL é ignorado
site-unencrypted = com http, as credenciais e as encomendas não seguem cifradas; use https, se a loja o tiver
login-like-email = parece um endereço de e-mail; o Cartum espera o nome de utilizador, tal como aparece em Definições na administração da loja
password-file-in-form = um formulário não pode indicar ficheiros; introduza a própria palavra-passe no campo Palavra-passe
password-twice = foi indicada duas vezes
password-file-missing = em falta
password-file-unnamed = está vazio; indique o ficheiro que contém a palavra-passe
managers-invalid = { $shown ->
    [page] { do-choose-managers }
   *[command] “{ $text }” não é válido; { do-choose-managers }
}
managers-expected = { $shown ->
    [page] { do-choose-managers }
   *[command] esperava-se "all" ou uma lista, mas encontrou-se { $found }; { do-choose-managers }
}
managers-none = ninguém foi escolhido; { do-choose-managers }
executor-without-managers = para usar o gestor da encomenda, selecione gestores no campo Gestores; com todos escolhidos, as encomendas não têm gestor
executor-in-quotes = { $shown ->
    [page] escolha um funcionário ou o gestor da encomenda
   *[command] “{ $text }” não é válido; indique { $id } sem aspas
}
executor-invalid = { $shown ->
    [page] escolha um funcionário ou o gestor da encomenda
   *[command] “{ $text }” não é válido; indique o ID de um funcionário, como 21, ou "manager"
}
no-time-zone = “{ $text }” não é um fuso horário; indique, por exemplo, “Europe/Kyiv” (um nome da base de dados tz)
no-time-zone-but = “{ $text }” não é um fuso horário; queria dizer “{ $meant }”?
no-phone-region = “{ $text }” não é um país com números de telefone conhecidos; { $code ->
    [UK] indique “GB” para o Reino Unido
    [EN] indique o país, não o idioma
   *[other] indique o código de país de duas letras (ISO 3166), como “UA”, “RO” ou “PL”
}
no-currency = “{ $text }” não é um código de moeda; indique as três letras (ISO 4217), como “UAH”
no-platform = “{ $text }” não é suportado; indique “cartum”{ $known ->
    [horoshop] ; também funciona com lojas Horoshop
   *[other] {""}
}
field-misnamed = não é um campo personalizado do RO App
field-twice = indica o mesmo campo duas vezes
field-empty = está vazio; preencha-o ou remova-o
field-with-braces = “{ $text }” não é válido; escreva texto sem chavetas, ou apenas um destes nomes: { $names }
status-map-missing = em falta; escolha um estado do RO App para cada estado da loja
status-twice = indica o mesmo estado duas vezes
status-in-quotes = { $shown ->
    [page] escolha um estado do RO App ou o estado inicial do tipo de ordem de trabalho
   *[command] “{ $text }” é texto; indique { $id } sem aspas
}
not-a-status = { $shown ->
    [page] escolha um estado do RO App ou o estado inicial do tipo de ordem de trabalho
   *[command] “{ $text }” não é válido; indique o ID de um estado do RO App ou "initial"
}
wants-status = { $shown ->
    [page] escolha um estado do RO App ou o estado inicial do tipo de ordem de trabalho
   *[command] esperava-se o ID de um estado do RO App ou "initial", mas encontrou-se { $found }
}
not-a-status-id = “{ $key }” não é o ID de um { $what ->
    [store_status] estado da loja
   *[status] estado do RO App
}; os ID são números inteiros a partir de 1
store-status-4 = definir o estado 4 da loja (cancelada) pela API não devolve os artigos ao stock e bloqueia a encomenda; para o permitir, ative “Permitir o estado 4”

# What is wrong with a store.
store-name-taken = a conta já tem uma loja “{ $name }”{ $why }; escolha outro nome
shop-taken = esta loja online já é a loja “{ $store }” da conta{ $why }
shop-taken-elsewhere = esta loja online já é a loja “{ $store }” da conta, com outro endereço; altere o endereço { do-edit }
shop-removed-before = esta loja online era outra loja da conta, que foi removida; para a recuperar, adicione-a outra vez
store-cannot-move = a loja “{ $store }” pertence à conta “{ $account }” e não pode mudar de conta, porque as ordens de trabalho estão nesse RO App; para enviar as encomendas dela para “{ $wanted }”, remova a loja e adicione-a lá
store-unreadable = esta versão não consegue ler a loja “{ $store }”: { $error }
store-unread = { $store }: { $error }
shop-orders-unreadable = não é possível ler as encomendas nesse endereço: { $error }
other-shop = nesse endereço responde outra loja: { $why }; adicione-a como uma loja à parte
other-shop-placed = a encomenda { $number } dela foi feita noutro momento
other-shop-orders = não tem nenhuma das encomendas mais recentes desta loja
store-stopped = a loja “{ $store }” está parada: { $why }
stopped-as-draft = é um rascunho; { $shown ->
    [page] clique primeiro em “Guardar e importar ordens de trabalho”
   *[command] importe-a primeiro: cartum-roapp store import { $called }
}
stopped-by-pause = está em pausa{ $why }; { $shown ->
    [page] clique em “Retomar”
   *[command] retome-a com: cartum-roapp store resume { $called }
}
stopped-when-off = está desligada; ligue-a em “Editar definições”
import-when-off = a loja “{ $store }” está desligada; ligue-a primeiro em “Editar definições”
import-runs = a loja “{ $store }” já está a ser importada
import-when-paused = a loja “{ $store }” está em pausa{ $why }; clique primeiro em “Retomar”
import-without-login = a loja “{ $store }” não tem credenciais que funcionem{ $why }; corrija-as primeiro { do-login }
audit-balances = tudo certo ao cêntimo: { $orders ->
    [0] nenhuma encomenda
    [one] { $orders } encomenda
   *[other] { $orders } encomendas
} em { $days ->
    [0] 0 dias
    [one] { $days } dia
   *[other] { $days } dias
}
audit-does-not-balance = há diferenças em { $gaps } de { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}:
audit-gap = { $day }{ $why }
audit-orders-found = { $count ->
    [one] { $count } encomenda que nenhuma sincronização tinha visto; já está guardada
   *[other] { $count } encomendas que nenhuma sincronização tinha visto; já estão guardadas
}
audit-orders-revived = { $count ->
    [one] { $count } encomenda saiu de um estado excluído; já está importada
   *[other] { $count } encomendas saíram de um estado excluído; já estão importadas
}
undated = sem data

# Why an order is left as it is.
order-never-seen = a encomenda { $number } nunca foi vista na loja “{ $store }”
orders-never-seen = encomendas nunca vistas na loja “{ $store }”: { $numbers }; nada foi alterado
no-matching-order = nenhuma encomenda da loja “{ $store }” corresponde ao pedido; nada foi alterado
left-not-deleted = a ordem de trabalho não foi eliminada no RO App
left-synced = não há nada para tentar novamente; “Comparar de novo” volta a compará-la
left-excluded = não é abrangida pela importação
left-gone = foi eliminada na loja
left-removed = foi eliminada no RO App; “Criar de novo” volta a criá-la
order-not-changed = a encomenda { $number } não foi alterada: { $why }
number-undecided = a loja mostra outra encomenda com este número; decida primeiro, com “Mesma encomenda” ou “Outra encomenda”, de qual se trata
nothing-in-conflict = não tem conflitos nem alterações pendentes, por isso não há nada a decidir
nothing-in-doubt = é a mesma encomenda de sempre e nenhuma outra ordem de trabalho tem o marcador dela: não há nada a decidir
work-order-of-another = essa ordem de trabalho está associada a outra encomenda
several-claims = várias ordens de trabalho têm o marcador desta encomenda (ID { $ids }); remova-o das notas de todas exceto uma
conflicts-unread = conflitos que esta versão não consegue ler

# Where an order is.
found = a encomenda { $number } da loja “{ $store }” { $here }; { $there }; { $next }
here-never = nunca foi vista aqui
here-with-work-order = está { $state }{ $why }, com a ordem de trabalho { $work_order }
here-without-work-order = está { $state }{ $why }, sem ordem de trabalho
there = na loja está no estado { $status }, feita em { $placed } ({ $zone })
there-changed = na loja está no estado { $status }, feita em { $placed } ({ $zone }) e alterada desde a última leitura
there-unreadable = a loja tem-na, mas não é possível ler os dados ({ $error })
there-no-longer = a loja não a mostra agora
there-never = a loja não tem essa encomenda
there-unsure = a loja não consegue dizer se a tem: { $why }
there-not-asked = não foi possível consultar a loja: { $why }
switched-off = está desligada
unsure-numbers-ignored = ignora os números pedidos (“ids” em orders/get) e enviou outras encomendas
unsure-number-unreadable = enviou uma encomenda cujo número não é legível

# When something happens.
when-now = agora
when-at = em { $moment } UTC
when-a-daemon-runs = { $when } (quando a sincronização estiver a funcionar)
when-polled = na próxima sincronização, { $when }
when-audited = na verificação noturna
when-audited-or-fetched = na verificação noturna, ou já { do-fetch }

# What happens next to an order.
next-nothing = não acontece nada
next-kept = será guardada como ilegível { $when }
next-if-new = se for nova e abrangida pela importação, chega { $when }
next-skipped = fica de fora, como alguém decidiu; { $shown ->
    [page] “Criar” na página da encomenda
   *[command] `store doubles { $called } { $number } --create`
} altera isso
next-not-sent = não será enviada para o RO App{ $why }
next-after-reason = { $why }; { $next }
next-when-included = será enviada para o RO App quando sair desse estado, o que é verificado { $checked ->
    [polled] em cada sincronização enquanto for recente e depois todas as noites
   *[nightly] todas as noites
}
next-once-read = { $next }, assim que a loja voltar a ser lida; { $why }
next-arrives = chega { $when }
next-arrives-imported = chega com a importação em curso
next-arrives-audited = é abrangida pela importação, mas é mais antiga do que as encomendas que cada sincronização pede: chega na verificação noturna, ou já { do-check }
next-in-scope = agora é abrangida pela importação: chega { $when }, ou já { do-fetch }
next-then-held = { $next }, e depois fica em espera: { $why }
next-removed = não acontece nada: a ordem de trabalho só é criada de novo se o pedir
next-synced-again = volta a ser sincronizada { $when }
next-gone = não acontece nada: a ordem de trabalho, se existir, mantém-se no RO App
next-deleted = é tratada como eliminada depois de faltar três vezes ao longo de uma hora; volta a ser verificada { $when }
next-newest = a versão mais recente chega { $when }
next-compared = volta a ser comparada { $when }
next-read-again = volta a ser lida { $when }
next-conflict = as diferenças entre os dois lados aguardam a sua decisão
next-conflict-stopped = as diferenças entre os dois lados aguardam a sua decisão, que não é aceite enquanto a loja estiver parada; { $why }
next-undecided = aguarda a sua decisão, como indica o motivo
next-stays = continua { $state } até mudar na loja ou até clicar em “Tentar novamente”
next-stays-stopped = continua { $state }; { $why }
next-stays-unread = continua { $state } até clicar em “Tentar novamente” ou até mudar na loja; { $why }
next-other-key = { $shown ->
    [page] aguarda outra chave de API: introduza-a { do-key }
   *[command] aguarda outra chave de API: cartum-roapp account edit { $account } --api-key-file FILE
}
next-roapp-away = o RO App está indisponível{ $why }; nova tentativa { $when }
next-tried = é processada { $when }
next-store-off = não acontece nada até a loja ser ligada (em “Editar definições”)
next-store-draft = a loja é um rascunho: não acontece nada até { $shown ->
    [page] ser importada; clique em “Guardar e importar ordens de trabalho”
   *[command] ser importada com: cartum-roapp store import { $called }
}
next-store-paused = a loja está em pausa{ $why }: não acontece nada até { $shown ->
    [page] ser retomada; clique em “Retomar”
   *[command] ser retomada com: cartum-roapp store resume { $called }
}
next-store-without-login = a loja precisa de credenciais: não é lida até elas voltarem a funcionar (corrija-as { do-login }; a próxima tentativa é { $when })

# How far a request is.
not-read-yet = a loja ainda não foi lida; a sincronização está a funcionar? O pedido mantém-se na fila
not-fetched-yet = a loja ainda não foi lida; a sincronização está a funcionar? Os pedidos mantêm-se na fila
not-read = não foi possível ler a loja “{ $store }”: { $error }
not-audited = não foi possível ler a loja “{ $store }”: { $error }; a verificação mantém-se na fila
still-being-read = a loja ainda está a ser lida
still-being-audited = a loja ainda está a ser lida; { $shown ->
    [page] volte a ver mais tarde
   *[command] `store show { $called }` mostra quando a verificação terminar
}
paused-with-orders = a loja está em pausa e { $count ->
    [one] { $count } encomenda aguarda
   *[other] { $count } encomendas aguardam
}{ $why }
orders-wait-for-account = { $count ->
    [one] { $count } encomenda aguarda
   *[other] { $count } encomendas aguardam
} que a conta “{ $account }” volte a funcionar{ $why }
orders-still-wait = { $count ->
    [one] { $count } encomenda ainda aguarda
   *[other] { $count } encomendas ainda aguardam
}{ $shown ->
    [page] {""}
   *[command] ; `order list --store { $called } --state waiting` mostra quais
}
import-stopped = a importação da loja “{ $store }” parou{ $why }
