"""The list of words behind `vocabulary`: our own, gathered from what such messages are made of. No names of people."""

# Common first: where letters are cut into words, rank decides.
COMMON = """
the to you and a is in i of for it that on your be at have with this me we not are so but will can if just was my do
get no all or up now as out from go know like when good an what see one time how call want u there need been about our
more send free by back here day new am come they tell he his her she him its don today tomorrow love please only home
who off then some think message has had were did text make them way would could should why too yes ok okay us take
work sorry phone got over money number later right win still where reply help after thanks sent next night happy great
well before much really very again first also because give into than any meet week bank use every always even last
their say said hello hi hey thing find people look life long let
"""

CONTENT = """
able abort above accept access accessed accessible accident accidents account accounts across act action activate
activated activation active activity actual add address admitted adult advance advice affordable afraid age agent ago
agree agreed ahead air alarm album alert alive almost alone along already alright although amazing amen amount angry
animal another answer anybody anyone anything anyway apartment app application apply appointment appreciate approval
approve approved april area argue arm around arrest arrested arrive arrived arse article ask asked asleep asset
asshole assist assistance attach attached attack attempt attend attention attic august aunt authentic authenticate
authorise authorised authority authorize available average avoid await awaiting awake award awarded aware away awesome
baby bad bag balance ball band banking bankrupt bankruptcy bar bargain base basic basis basket bastard bath battery
battle beach bear beat beautiful become bed bedroom beer begged begin beginning behind being believe below beneficiary
benefit benefits beside best bet better betting between beware beyond big bigger biggest bigot bike bill billing
billion biometric bird birth birthday bit bitch bitches bitcoin bite black blackmail blame blast bleed bless block
blocked blood blow blue board boarding boat body bomb bonus boobs book booked booking bored born boss both bother
bottle bought bound box boy boys brain brand bread break breakfast breathe bring broke broken broker brother brought
browser budget build building built bull burn burned bus business busy button buy buyer cable cafe cake calendar
called caller calling calls came camera camp campaign cancel cancelled cancer candidate cannabis cannot cant car card
cards care career careful carefully carry case cash cashback casino cat catch caught cause caution celebrate cell
center centre certain certificate chain challenge chance change changed channel charge charged charges charity chat
chatting cheap cheaper cheapest cheat check checked checking cheque chicken child children chip choice choose chopped
christmas church cialis cigarette circle citizen city claim claimed claims class classes clause clean clear clearance
click clinic clock clone close closed clothes club cocaine cock code codes coffee coin cold collect collection college
color colour comes comfort coming comment committed comp company compensation competition complain complaint complete
completed completely compromise compromised computer concern condition confidence confirm confirmation confirmed
congratulations connect connection consent consider contact content contest continue contract control cook cool copy
correct cost cottage couch council counselor count country couple coupon courier course court cousin cover covid
coward crackdown crazy create created credentials credit crime criminal cross cruise cry crypto cunt cup currency
current customer customers customs cut cute cutting cyber dad daily damage damn dance danger dangerous dare dark data
date dating daughter days dead deadline deal dealer deals dear death debit debt debtor december decide decimal
decision deep defeat defence defend definitely delay delete deleted deliver delivered deliveries delivery demand
dentist deny department departs depend depends deposit deposited destroy detail details device devices dial diamond
dick dickhead didnt die died diet difference different difficult digit digital dinner direct direction dirty disabled
disclose disconnect discount discounts discuss disease dispatch dispute doctor document does doesnt dog doing dollar
dollars donate donation done donor dont door double doubt down download draw dream dress drink drinking drive driven
driver driving drop dropped dropping drown drug drugs drunk dry dude due dumb dump during duty dying each earlier
early earn earned earning easily easy eat effect effort eight either elect electric electricity eligible else email
embassy emergency employee employer empty end ended ending ends enemy energy engine english enjoy enough enter
entertainment entire entitled entry envelope error escape escort escorts especially estate ethereum euro eve evening
event ever everybody everyone everything everywhere evict exact exactly exam example excellent except exchange
exciting exclusive exclusively excuse expect expected expensive experience expire expired expires explain expose
exposed express extra eye eyes face fact fail failed failure fair fake fall false family famous fan fancy fantastic
far farm fast fat father fault favorite favour fear february federal fee feed feeds feel feeling fees feet fell felt
female festival fever few field fight figure file fill film final finally finance financial fine finger finish fire
firearm fish fit five fix fixed flash flat flight floor flow flower flu fly focus fold folder follow followed
following food foot football force forced foreign forever forex forfeit forget forgot forgotten fork form fortune
forward found founder four fraud fraudulent freedom freeze freight fresh friday fridge friend friends front fuck
fucked fucking fuel full fully fun fund funds funeral funny furniture further future gamble gambling game games garden
gas gate gave general gentle german gets getting gift gifts girl girls giveaway given giving glad glass goal goddamn
goes going gold gone gonna goods gotta government grab grabbed grand grant granted greedy green grin ground group grow
guarantee guaranteed guess guest guide gun guns guy guys gym hack hacked hacker hacking hair half hand handle handset
hang happen happened happening harass harassment hard hate haven having head health healthy hear heard heart heat
heavy heir held hell helpdesk helped helping hence hero herself hide high highest himself hire history hit hits
hitting hoe hold holiday honey hookup hope hoping horrible horse hospital host hot hotel hour hours house household
housing however huge human hundred hundreds hung hungry hunt hurry hurt hurting husband ice idea identification
identity idiot idle ignore ill illegal image immediate immediately important impossible impound inbox include included
income incoming increase independent index info information inherit inheritance inland inquiry inside install instant
instantly instead instruction insurance insured intend interest interested interesting internal internet interrupt
interview invalid invest investing investment investments investor invitation invite invited invoice iron irregular
island isnt issue issued issues item items itself jacket jackpot jail january jean jeans job jobs join joined joke
journey judge juice july jump june junk jury keep kept key keys kick kid kidnap kids kill killed killer killing kilo
kind king kiss kitchen knew knife knock known label lady lake land landlord language laptop large late latest laugh
launch law lawsuit lawyer lawyers lazy lead league learn least leave leaves leaving left leg legal legit legitimate
lend lender length less lesson lets level levy liable library license lie lied lies lifetime lift light limit limited
line lines link linked links lip lips liquid list listen little live lived lives living load loan loans local locate
located location lock lockdown locked log logged login logo logon lol lonely looked looking looks loose lose loser
losing loss lost lots lottery loud lounge loved lovely lover low lower lowest loyal luck lucky lunch luxury lying made
maggot mail main maintenance major makes making male mall malware man manage manager many mar march mark market
married marry massive master match mate math matter mattress maximum may maya maybe meal mean meaning means meant meat
media medical medication medicine meeting melt member members membership memory men mental mention menu merchant mercy
mess messages messaging method mid middle midnight might mile military milk million mind mine mini minimum mins minute
minutes miracle mirror miss missed missing mission mistake mix mobile mode model modern mom moment monday monkey month
monthly months mood moon morning moron mortgage most motel mother motherfucker motor mount mouth move moved movie
movies moving mum municipal murder music must myself naked name names national natural nazi near nearest needed
negative neighbour nervous net network never news newsletter nice nobody none nonsense noon normal north nose note
nothing notice notification notify november nude nudes numbers nurse obligation occurred october offer offered offers
office officer official often oil old older once online onlyfans oops open opened operator opinion opportunity
opposite option options orange order ordered orders original other others otp ought ounce ourselves outbreak outside
outstanding oven overdue override owe owed own owner pack package packet page paid pain pair panel paper paperwork
parcel parent parents park parking parole part particular partner parts party pass passcode passed passport password
passwords past patient pause pay payable paycheck payday paying payment payments payout payroll penalty pending penny
pension per perfect perhaps period permanent permission permit person personal pervert petrol pharmacy phones photo
photos phrase physical pick picked pics picture pictures piece pig pill pills pin pint pizza place plain plaintiff
plan plane planned planning plans plant plastic plate play played player playing pleased pleasure plenty plus pocket
point points poison police policies policy poor pop porn portal portion position positive possession possible postage
postal posted postpone pound pounds power pray pre preferred premises premium prepare prescription present
presentation president press pressure pretty prevent price prices prime prison private prize prizes probably problem
problems process processed processing product products professional profile profit profits program progress project
promise promo promotion prompt proof proper property pros prosecute prosecution protect protected protection
protective proud prove provide provider public pull punch purchase purchased purchases purpose push pussy put putting
qualified qualify quality quarter queen question questions queue quick quickly quiet quit quite quote race radio rail
rain raise random range ransom rape rapid rate rather reach reactivate read ready real realise reality realize reason
reauthorize rebate receipt receive received receiver recent recently recharge recipient record recover recovery red
redeem redelivered redelivery reduce refer reference refund refundable refunds refuse regards register registered
regret regular regulation reimburse reimbursement reject relationship relax release released remain remember remind
reminder remit remittance remote remove removed renew renewal rent rental reopen repair repay repeat report reported
request requested require required reschedule rescue reservation reserve reset reside residence resolve respect
respond response rest restart restaurant restore restored restrict restricted result results resume resurrect retail
retire retrieve return returned reveal revenge review revoke revoked reward rewarded rewards rich ride rifle ring
ringtone rip rise risk river road rob robbed rock role room rose rough round route row royal rude ruin rule rules run
running rush sad safe safely safer safety salary sale sales same satisfied saturday save saved saving savings saw says
scam scammer scan scare scared schedule scheduled scheme school score scream screen screw scumbag sea search season
seat sec second secret section secure secured security seed seek seem seems seen seize seized selected self sell
seller selling senior sense sensitive separate september serial series serious seriously serve server services session
set setting settle settlement seven several severe sex sexual sexy shake shall shame share shares sharp shed sheriff
shield shift ship shipment shipped shipping shirt shit shock shoe shoes shoot shooting shop shopping shore short shot
shout show shower showing shown shut sick side sight sign signal signature signed significant silence silent silver
similar simple simply since single singles sir sister sit site sites sits sitting situation six size sketch skill skin
skip skipped sky slag slapped slaughter sleep slept slice slim slit slow slut small smart smash smell smile smoke
smoking snake snow social soft sold solicit solution solve somebody someone something sometimes somewhere son song
soon sort soul sound source south space spam spare speak speaker special specialist speech speed speeding spell spend
spent spins split spoke sport spot spread spring square stab stabbed stabbing staff stage stair stake stalk stamp
stamped stand standard star start started starting starts state statement station status statutory stay steal step
steroids stock stocks stole stolen stomach stop stopped stopping stops storage store stored storm story straight
strange stranger strangle strategy stream street stress strong struggle stuck student students stuff stupid style
subject submit submitted subpoena subscribe subscriber subscription success successful successfully sudden suddenly
sue suffer sugar suggest suicide suite summer summons sun sunday sunshine super supply support supposed sure surgery
surprise surrender surveillance survey survive suspect suspend suspended suspension suspicious swapped swear sweet
switch system table tablet tablets tail taken takes taking talk talking tall tape target tariff task tasks tax taxes
taxi tea teach teacher team tear tears technical teeth telecom telephone television telling temporary ten tenant
tender term terminate terminated terms terrible terror terrorist test testing texted texting texts thank thats theirs
themselves these theyre thief things thinking thinks third thirty those though thought thousand thousands thread
threat threaten three throat throne through throw thursday ticket tickets tie tight till times tip tired title tits
tobacco toes together toilet told toll tollway tomb tone tongue tonight took tool tooth top topic torture total
totally touch tough tour toward towards tower town trace track tracker tracking trade trader trades trading traffic
train training transaction transactions transfer transferred trap trapped travel tray treasury treat treatment tree
trend trends trial tribe trick tried trip trouble truck true trust truth try trying tuesday tuition tune tunnel turn
turned tweet twenty twice two type ugly ultra unable unauthorised unauthorized uncle undelivered under understand
unfortunately unhappy unit unless unlimited unlock unlocked unpaid unsafe unsecured unsubscribe until unusual upcoming
update updated updates upgrade upgraded upon upper upset upto urge urgency urgent urgently used useful useless user
username users using usual usually utility vacation vaccine valid validate valley valuable value van vape various vary
vault vehicle verification verified verify version via viagra victim video videos view villa village violate violation
violent virus visit visitor vital voice voicemail vote voted voucher vouchers wages waist wait waiting waive wake walk
wall wallet wanna wanted wants war warehouse warm warn warned warning warrant warranty wash wasnt waste watch watches
watching water wave weak wealth weapon wear weather webcam website wedding wednesday weed weekend weekly weeks weigh
weight weird welcome went west wet whatever whats wheel whenever whether which while whip whistle white whole
wholesale whom whore whose widow wife wifi wild willing window windows wine winner winners winning winter wire wish
wishes withdraw withdrawal withdrawn withheld within without witness wives woman women won wonder wonderful wont wood
wool word words working world worried worries worry worse worst worth worthless wound wow wrapped write writing
written wrong wrote yard yeah year years yell yesterday yet young youre yours yourself zero zip zone
"""

# French, Spanish, Portuguese and German, without accents: of frauds and threats, and of ordinary days.
FOREIGN = """
ahora appelez aqui argent aujourd avec avez banco banque bitte bloque bloqueada bloqueado bloquee bonjour bonsoir
cartao carte casa cher chere clave client cliquez colis compte confirmer confirmez conta contra cuenta danke dans
demain dimanche dinero dinheiro enfant enlace entrega envoyez est felicitations frais gagne gagnez ganado ganador geld
gesperrt gewonnen gracias gratis gratuit gratuite haga heure heures hier hola identite immediatement impot impots jour
jours karte klicken konto lettre lien livraison livrer llame lundi maintenant maison manana matar matin menace merci
mois mort mot muerte nous numero obrigado oferta offre offres pago paiement paket paquete para passe payer por pour
premio rabais remboursement rendez samedi securite semaine senha soir solde soldes sont suspendida suspendu suspendue
tarjeta tiene tue tuer urgent usted vendredi verificar verifier verifiez verifique votre vous
"""

# Companies, services and places that are written letter by letter where somebody pretends to be them.
NAMES = """
airbnb amazon america apple barclays binance british calgary canada cashapp chase citibank coinbase costco desjardins
dhl ebay equifax european facebook fargo fedex gmail google hsbc icloud instagram interac linkedin lloyds london
mastercard metamask microsoft moneygram montreal netflix northbank ontario ottawa outlook paris paypal post quebec
rogers santander scotiabank service snapchat spotify tangerine telegram telus tiktok toronto twitter uber usps
vancouver venmo visa walmart wells westernunion whatsapp yahoo youtube zelle
"""
