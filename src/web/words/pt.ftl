# The frame of every page.
skip = Saltar para o conteúdo
nav = Menu principal
nav-stores = Lojas
nav-orders = Encomendas
nav-accounts = Contas
nav-users = Utilizadores
language = Idioma
choose = Escolher
to-start = Ir para a página inicial

# Signing in.
sign-in = Iniciar sessão
sign-out = Terminar sessão
sign-in-wrong = O nome ou a palavra-passe não estão corretos.
sign-in-forgotten = Esqueceu-se da palavra-passe? Quem gere este servidor pode criar-lhe um novo link: cartum-roapp user reset NOME
user-name = Nome de utilizador
user-name-hint = O nome com que inicia sessão.
password = Palavra-passe
new-password = Nova palavra-passe
new-password-hint = Pelo menos { $shown } caracteres.
present-password = Palavra-passe atual
set-password = Definir palavra-passe
welcome = Boas-vindas
welcome-first = É o primeiro utilizador. Escolha um nome e uma palavra-passe para iniciar sessão.
welcome-again = Escolha uma palavra-passe para iniciar sessão.
used-link = Este link já não funciona
used-link-fix = Já foi usado ou tem mais de 24 horas. Peça um novo a quem lho enviou.
me = O meu perfil
change-password = Alterar palavra-passe
end-sessions = Terminar todas as sessões
end-sessions-hint = Termina as suas sessões em todos os navegadores, incluindo este.
told-signed-out = Sessão terminada.
told-signed-out-everywhere = Sessão terminada em todos os navegadores.
told-password-changed = A palavra-passe foi alterada e as suas outras sessões foram terminadas.
told-welcome = Sessão iniciada.

# Errors.
error-not-found = Esta página não existe
error-only-look = Aqui pode consultar, mas não alterar nada
error-old-form = Este formulário está desatualizado: volte atrás, recarregue a página e tente novamente
error-long-form = O formulário é demasiado longo
error-unencrypted = Esta página só está disponível nesta máquina ou através de uma ligação cifrada. Abra-a por https e defina http.trusted_proxy com o endereço do proxy
error-database = A base de dados não responde. Tente novamente daqui a um minuto
error-refused = Não foi possível concluir a operação
error-internal = Ocorreu um erro interno. O registo tem os detalhes

# How long ago.
ago-now = agora mesmo
ago-minutes = há { $shown } min
ago-hours = { $count ->
    [one] há { $shown } hora
   *[other] há { $shown } horas
}
ago-days = há { $shown } dias

# Stores.
add-store = Adicionar loja
add-account = Adicionar conta RO App
no-stores = Ainda não há lojas. Adicione uma: em dois passos, as encomendas dela chegam ao RO App.
no-accounts = Comece por ligar uma conta RO App. Depois, adicione-lhe as suas lojas.
search-stores = Nome, conta ou site
search = Pesquisar
nothing-found = Nenhum resultado.
page-before = Anterior
page-after = Seguinte
back = Voltar
wait-for-you = { $count ->
    [one] { $shown } encomenda à sua espera
   *[other] { $shown } encomendas à sua espera
}
notices-open = { $count ->
    [one] { $shown } aviso
   *[other] { $shown } avisos
}
health-fine = Lida { $ago }
health-not-read-yet = Ainda não lida
health-importing = A importar: { $done } de { $found } encomendas concluídas
health-waiting = { $count ->
    [one] { $shown } encomenda à sua espera
   *[other] { $shown } encomendas à sua espera
}
health-login-refused = Credenciais recusadas desde { $since }
health-needs-key = O RO App recusa a chave de API desde { $since }
health-roapp-silent = O RO App não responde desde { $since }
health-store-silent = A loja não responde desde { $since }
health-stopped = Parada: { $why }
health-paused = Pausada manualmente
health-draft = Configuração por concluir
health-off = Desligada
health-unreadable = Não é possível ler as definições
next-poll = Próxima sincronização: { $at }
go-on = Continuar a configuração
sync-now = Sincronizar agora
pause = Pausar
resume = Retomar
edit-settings = Editar definições
new-login = Novas credenciais
see-import = A importação está em curso: ver o progresso
notices = Avisos
no-orders-yet = Ainda não há encomendas.
conflicts = Alterada nos dois lados
audit = Verificação noturna
audit-last = Última verificação: { $at }
audit-never = Ainda não houve nenhuma verificação. É feita todas as noites, automaticamente.
audit-balances = tudo certo
audit-has-gaps = com diferenças
audit-gap = diferença
audit-gaps-count = { $count ->
    [one] diferenças em { $shown } dia
   *[other] diferenças em { $shown } dias
}
audit-days = Dia a dia
audit-now = Verificar agora
audit-explained = Todas as noites a loja é lida mais uma vez, desde o início do período da importação. As encomendas de cada dia e a respetiva soma são comparadas, ao cêntimo, com o que está aqui registado.
audit-no-date = sem data
amount-unknown = desconhecido
day = Dia
orders-in-store = Encomendas na loja
sum = Soma
about-store = Sobre esta loja
account = Conta RO App
connected-at = Ligada em
window-from = Encomendas desde
delete-store = Remover esta loja
delete-store-named = Remover “{ $name }”?
delete-stops = As encomendas deixam de ser sincronizadas e a palavra-passe da loja é apagada.
delete-keeps = As ordens de trabalho ficam no RO App tal como estão.
delete-again = Pode voltar a adicionar a loja: nada é criado em duplicado.
delete-type-name = Para confirmar, escreva o nome da loja: { $name }
delete-other-name = Não é o nome da loja.
told-sync-queued = A loja está a ser lida.
told-paused = A loja está em pausa. Nada é lido nem gravado até ser retomada.
told-resumed = A loja foi retomada e está a ser lida.
told-audit-queued = A verificação está em curso. Recarregue esta página daqui a um minuto para ver o resultado.
told-store-deleted = A loja foi removida.

# States of an order.
state-waiting = Por sincronizar
state-synced = No RO App
state-incomplete = Requer ação: diferenças
state-held = Requer ação: em espera
state-failed = Requer ação: recusada
state-excluded = Não importada
state-unreadable = Requer ação: ilegível
state-gone = Eliminada na loja
state-removed = Eliminada no RO App

# Fields of a store's settings.
field-site_url = Endereço do site

# Orders.
search-orders = Número, telefone, nome ou e-mail
state = Situação
all = Todas
store = Loja
placed-from = Feita desde
placed-to = Feita até
waits-for-you = À sua espera
to-review = Cliente a verificar
same-reason = { $count ->
    [one] { $shown } encomenda:
   *[other] { $shown } encomendas:
}
retry-all = { $count ->
    [one] Tentar novamente
   *[other] Tentar novamente as { $shown }
}
where-is = Onde está a encomenda { $number }?
ask-store = Consultar a loja
to-order = Abrir a encomenda
as-csv = Transferir em CSV
column-number = Número
column-store = Loja
column-placed-at = Feita em
column-state = Situação
column-reason = Motivo
column-work-order = Ordem de trabalho
column-total = Total
order-named = Encomenda { $number }
in-store = Na loja
in-roapp = No RO App
pending-change = Alteração pendente
status = Estado
buyer = Comprador
client = Cliente
lines = Artigos
product = Artigo
product-id = artigo { $id }
article = Referência
quantity = Quantidade
price = Preço
discount = Desconto
none-yet = ainda não há
as-received = Tal como a loja a enviou
earlier-orders = Encomendas anteriores com este número
history = Histórico
decided-already = Já decidiu; a decisão está a ser aplicada.
do-retry = Tentar novamente
do-resync = Comparar de novo
do-fetch = Obter da loja
do-recreate = Criar de novo
do-keep-store = Manter os valores da loja
do-keep-roapp = Manter os valores do RO App
do-same = Mesma encomenda
do-new = Outra encomenda
told-queued = { $count ->
    [one] Nova tentativa pedida para { $shown } encomenda.
   *[other] Nova tentativa pedida para { $shown } encomendas.
}
told-order-queued = A encomenda vai ser sincronizada.
told-order-fetched = A encomenda está a ser obtida da loja.
told-order-decided = A sua decisão está a ser aplicada.

# Setting a store up.
step-1 = Passo 1 de 2
step-2 = Passo 2 de 2
continue = Continuar
save = Guardar
cancel = Cancelar
yes = Sim
no = Não
none = nenhuma
nothing = nenhum
please-choose = Escolha uma opção
more-settings = Mais definições
edit-statuses = Editar os estados
edit-holds-for = As alterações aplicam-se às encomendas novas e às que mudarem na loja a partir de agora. O que já está no RO App mantém-se.
form-has-faults = Ainda nada foi guardado: veja o que está assinalado abaixo.
before-you-start = Antes de começar
before-plan = O seu plano do Cartum tem de incluir o acesso à API.
before-user = No Cartum, adicione um utilizador só para este fim: Definições > Administradores, função de gestor. O nome de utilizador aparece aí; não é o endereço de e-mail.
before-rights = No RO App, o funcionário da chave de API tem de ver a localização das ordens de trabalho e deve ter a permissão “Can add products without deduction” (adicionar artigos sem dedução).
before-connector = Desligue a integração com o Cartum do próprio RO App para esta loja: com as duas, cada encomenda chega em duplicado.
field-enabled = Integração ligada
field-platform = Plataforma
field-name = Nome da loja
field-login = Utilizador
field-password = Palavra-passe
field-location_id = Localização
field-order_type_id = Tipo de ordem
field-language = Idioma
field-identify_products_by = Identificar artigos por
field-managers = Gestores
field-line_executor_id = Executante das linhas
field-product_category_id = Categoria de artigos
field-unknown_products = Artigos desconhecidos
field-import_months = Meses a importar
field-time_zone = Fuso horário
field-phone_region = País dos telefones
field-currency = Moeda
field-name_order = Ordem do nome
field-due_in_days = Prazo em dias
field-discount_sponsor = Quem suporta o desconto
field-ad_campaign_id = Campanha
field-custom_fields = Campos personalizados
hint-name = Um nome à sua escolha para a loja, até 64 caracteres.
hint-site_url = Como no navegador, com https://
hint-login = O nome de utilizador do administrador do Cartum, não o endereço de e-mail.
hint-password-kept = Deixe em branco para manter a atual.
hint-language = Dos títulos dos artigos e dos nossos textos nas ordens de trabalho. Em branco: o que a loja usa.
hint-line_executor_id = O RO App mostra este funcionário em cada linha e pode remunerá-lo por ela.
hint-product_category_id = Para os artigos que o RO App ainda não tem.
hint-unknown_products = O que fazer com um artigo que o RO App não tem. O artigo de substituição é um só por loja e representa todos esses artigos; o título fica no comentário dele.
hint-import_months = Até onde recua a primeira importação.
hint-measured = Em branco: determinado a partir da loja.
hint-phone_region = O país dos números de telefone sem indicativo, em duas letras. Em branco: o da loja.
hint-currency = A da loja, que tem de ser a da sua conta RO App: nada é convertido. Em branco: obtida da loja.
hint-due_in_days = Só se o formulário do RO App pedir um prazo.
hint-discount_sponsor = Indica se a remuneração dos funcionários acompanha o valor com desconto.
hint-custom_fields = Um texto à sua escolha ou uma das opções da lista: o número da encomenda, por exemplo.
choice-sku = Referência (SKU)
choice-code = Código
choice-barcode = Código de barras
choice-title = Título
choice-create = Criá-los
choice-placeholder = Usar um artigo de substituição
choice-hold = Deixar a encomenda em espera
choice-first_last = Primeiro o nome próprio
choice-last_first = Primeiro o apelido
choice-staff = Funcionários
choice-company = Empresa
managers-all = Todos: sem gestor definido, todos os gestores veem a encomenda
managers-selected = Selecionados: atribuídos à vez
executor-manager = O gestor da encomenda
statuses = Estados
statuses-explained = A cada estado da loja corresponde um estado do RO App. Sugerimos os que têm o mesmo significado.
status-in-store = Estado na loja
status-in-roapp = Estado no RO App
status-initial = O estado inicial do tipo de ordem
status-for = Estado do RO App para “{ $status }”
status-back-for = Estado da loja para “{ $status }”
first-import = Estados excluídos
leave-out = excluir da primeira importação
write-back = Estados de volta para a loja
write-back-explained = Quando um funcionário define um estado no RO App, a loja recebe o estado indicado aqui, se ainda tiver o último que lá foi visto.
allow-canceled = Permitir o estado 4 (cancelada) na loja. Pela API, não devolve os artigos ao stock e bloqueia a encomenda.
import = Primeira importação
import-explained = Nada é gravado no RO App antes de clicar no botão.
import-orders = Encomendas a importar
import-left-out = Excluídas
import-time = Duração aproximada
minutes = { $count ->
    [0] menos de um minuto
    [one] { $shown } minuto
   *[other] { $shown } minutos
}
more-than = mais de
import-notifies = O RO App pode notificar clientes e funcionários sobre as novas ordens de trabalho. Isso depende das definições do RO App: verifique-as primeiro.
no-daemon = A sincronização não está a funcionar, por isso nada acontece até alguém a iniciar: cartum-roapp run
save-and-import = Guardar e importar ordens de trabalho
import-over = A importação está concluída.
import-reading = A ler a loja…
import-goes-on = Pode fechar esta página: a importação continua.
progress-of = { $done } de { $found }
minutes-left = { $count ->
    [0] falta menos de um minuto
    [one] falta cerca de { $shown } minuto
   *[other] faltam cerca de { $shown } minutos
}
a-minute = encomendas por minuto: { $shown }
to-store = Ir para a loja
told-saved = Alterações guardadas.

# Accounts.
account-name = Nome da conta
hint-account-name = Um nome à sua escolha, por exemplo o da sua empresa.
api-key = Chave de API
hint-api-key = No RO App: Definições > API. É testada e depois guardada cifrada.
hint-new-key = Uma chave da mesma empresa. É testada antes de substituir a atual.
base-url = Endereço da API
hint-base-url = https://api.roapp.io para todos.
test-and-save = Testar e guardar
before-key = No RO App, crie uma chave de API: Definições > API. O seu plano tem de incluir a API.
account-works = A funcionar
account-needs-key = O RO App recusa a chave de API
account-silent = O RO App não responde
stores-count = { $count ->
    [0] sem lojas
    [one] { $shown } loja
   *[other] { $shown } lojas
}
last-answer = Última resposta
calls-a-second = Chamadas por segundo
check-account = Verificar agora
new-key = Nova chave
webhook = Webhook
webhook-explained = Com um webhook, as alterações no RO App são vistas de imediato e não só na próxima sincronização. Introduza o endereço do webhook no RO App, em Definições > API, para os eventos Order.Created, Order.Status.Changed e Order.Deleted.
webhook-show = Mostrar o endereço
webhook-secret = Mantenha o endereço em segredo: funciona como uma palavra-passe.
delete-account = Remover esta conta
delete-account-explained = A chave de API é apagada. Pode voltar a adicionar a conta mais tarde: nada é criado em duplicado.
told-account-added = A conta está ligada. Adicione agora a sua primeira loja.
told-account-checked = A conta funciona: a chave é aceite e é possível ler a empresa e as listas.
told-key-saved = A nova chave funciona e foi guardada.
told-account-deleted = A conta foi removida.

# Users.
role = Função
role-admin = Administrador: pode alterar tudo
role-viewer = Leitor: pode consultar
reach-every = Todas as contas, incluindo as adicionadas mais tarde
reach-some = Só estas:
last-seen = Último acesso
no-password-yet = ainda sem palavra-passe
add-user = Adicionar utilizador
user-link = Envie este link ao utilizador. Serve para definir a palavra-passe, funciona uma só vez e só é mostrado agora:
user-is-you = Este é o seu próprio utilizador. Outro administrador pode alterar as suas permissões.
reset-user = Criar um novo link
reset-explained = Com um novo link, o utilizador define outra palavra-passe. A atual funciona até lá.
remove-user = Remover este utilizador
told-user-removed = O utilizador foi removido.

# The demo.
demo = Isto é uma demonstração, toda na sua máquina. Acompanhe uma encomenda:
demo-shop = a loja
demo-board = o RO App
error-too-many-tries = Há demasiadas entradas à espera de resposta. Tente novamente dentro de meio minuto
error-unreadable = Esta versão não consegue ler isto. O registo tem os pormenores
health-overdue = Sem leitura desde { $since }: a sincronização está em execução?
health-behind = Há encomendas à espera desde { $since }
no-longer-listed = já não está na lista do RO App
store-at-rest = Não é possível alterar encomendas enquanto a loja estiver em rascunho, em pausa ou desligada.
csv-more = Há mais resultados: restrinja a lista.
try-again = Tentar de novo

# Freshness, and who changed what.
freshness = Rapidez
freshness-text = Da encomenda ao RO App no último dia: metade das { $orders } encomendas novas em { $median }, todas em { $worst }.
freshness-chart = A encomenda mais lenta de cada hora, nas últimas 24 horas
span-less = menos de um minuto
span-minutes = { $minutes } min
span-hours = { $hours } h e { $minutes } min
changes = Alterações das definições
by-command-line = na linha de comandos
change-secret = { $what }: valor alterado
change-value = { $what }: { $before } → { $after }
field-state = Situação da loja
field-api_key = Chave da API
field-webhook_secret = Segredo do webhook
field-calls_per_second = Chamadas por segundo
field-excluded_statuses = Estados excluídos
field-status_map = Estados
field-write_back = Estados de volta para a loja
field-allow_store_status_4 = Permitir o estado 4
choose-product = Escolher o artigo
choose-product-for = Que artigo do RO App é “{ $title }”? A escolha vale para todas as encomendas com ele.
take-this = É este
no-candidates = O RO App não tem nada parecido. Adicione lá o artigo e depois clique em Tentar novamente.
next-try = À espera: próxima tentativa às { $at }

# The rehearsal, and orders that RO App may have already.
rehearsal = Simulação
rehearse = Iniciar a simulação
rehearse-again = Simular novamente
rehearsal-explained = A simulação lê as suas encomendas e o RO App e mostra o que a importação faria. Não escreve nada.
rehearsal-goes-on = Pode fechar esta página: a simulação continua.
rehearsal-see = Ver o resultado
rehearsal-failed = Não foi possível terminar a simulação.
rehearsal-interrupted = Entretanto, o programa foi reiniciado.
stage-orders = A ler as encomendas da loja
stage-people = A comparar clientes
stage-products = A comparar artigos
stage-work-orders = A procurar encomendas que já estão no RO App
rehearsal-found = Encomendas encontradas
rehearsal-in-roapp = Já estão no RO App
rehearsal-initial = Ficam com o primeiro estado do tipo de ordem
rehearsal-calls = { $count ->
    [one] { $shown } pedido ao RO App
   *[other] { $shown } pedidos ao RO App
}
rehearsal-held-for = Que encomendas precisam de si, e porquê
rehearsal-clients = Clientes
people-matched = Já estão no RO App
people-doubtful = Encontrados, mas verifique
people-new = Novos
people-without-contact = Novos, sem telefone nem e-mail
rehearsal-products = { $count ->
    [one] { $shown } artigo
   *[other] { $shown } artigos
}
rehearsal-sample = { $count ->
    [one] O catálogo do RO App é extenso: só foi comparado o artigo mais encomendado.
   *[other] O catálogo do RO App é extenso: só foram comparados os { $shown } artigos mais encomendados.
}
rehearsal-keys-hint = O que não for encontrado é tratado de acordo com as definições. Se outra chave encontrar mais, altere-a no passo 1 antes de importar.
match-rate = Encontrados
products-matched = Exatos
products-new = Não encontrados
products-several = Vários
products-blank = Sem essa chave
chosen = escolhida
doubles = Já estão no RO App?
doubles-explained = Estas encomendas parecem-se com ordens de trabalho que o RO App já tem, talvez vindas de outro conector. “Associar” mantém essa ordem de trabalho como está e, a partir de agora, sincronizada com a loja. “Ignorar” deixa-a como está e não importa nada. “Criar” cria uma nova ordem de trabalho. Até decidir, a encomenda fica em espera.
doubles-none = Nada no RO App se parece com uma das encomendas.
doubles-none-waiting = Nenhuma encomenda da importação aguarda que decida se já está no RO App.
doubles-not-all = O RO App tem muitas ordens de trabalho: só foram verificadas as mais recentes.
doubles-waiting = { $count ->
    [one] { $shown } encomenda pode já estar no RO App. Fica em espera até decidir.
   *[other] { $shown } encomendas podem já estar no RO App. Ficam em espera até decidir.
}
doubles-all = { $count ->
    [one] { $shown } encomenda aguarda a sua decisão
   *[other] { $shown } encomendas aguardam a sua decisão. Todas de uma vez:
}
doubles-decide = Decidir uma a uma
link-all = Associar todas
skip-all = Ignorar todas
create-all = Criar todas
do-link = Associar a { $work_order }
do-skip = Ignorar
do-create = Criar
double-link = a associar
double-skip = ignorada
double-create = a criar
made-at = Criada
why = Porquê
to-import = Ir para a importação
told-doubles-decided = { $count ->
    [one] { $shown } encomenda decidida.
   *[other] { $shown } encomendas decididas.
}
landed = As mais recentes no RO App

# A changed status map.
remapped = { $count ->
    [one] { $shown } encomenda em aberto tem no RO App um estado diferente do que a nova correspondência indica.
   *[other] { $shown } encomendas em aberto têm no RO App um estado diferente do que a nova correspondência indica.
}
remapped-present = Agora no RO App
remapped-new = Pela nova correspondência
remapped-more = { $count ->
    [one] e mais { $shown }
   *[other] e mais { $shown }
}
remapped-explained = Uma nova correspondência não altera nada por si só. Se comparar estas encomendas novamente, passam para o estado da nova correspondência. As encomendas cujo estado alguém definiu no RO App não estão entre elas: mantêm-no.
remapped-resync = Guardar e compará-las novamente
remapped-leave = Guardar e deixá-las como estão
told-saved-and-compared = { $count ->
    [one] Guardado. { $shown } encomenda é comparada novamente.
   *[other] Guardado. { $shown } encomendas são comparadas novamente.
}

# The client of an order.
check-client = Verificar o cliente
check-client-explained = Se o cliente estiver certo, nada muda. Se escolher outro, a ordem de trabalho passa para esse cliente e as encomendas seguintes deste comprador também.
client-is-right = Está certo
take-this-client = É este
client-by-id = Outro cliente, pelo ID no RO App
no-clients = O RO App não tem ninguém com o telefone ou o e-mail do comprador.
phone = Telefone
e-mail = Correio eletrónico
told-client-confirmed = O cliente está confirmado.
client-linked = associado
account-settings = Definições
hint-calls_per_second = “auto” descobre quantos pedidos o RO App aceita (permite 3). Um número fixo deixa o resto para outros programas.
hint-webhook_secret = Só se o RO App mostrar um segredo próprio para o webhook. Em branco, mantém-se o atual.
rehearsal-doubles = Talvez já no RO App: decida
people-not-compared = Não comparados: são demasiados
