"""Word lists: what pseudonyms are made of, and names that are ordinary words too."""

from __future__ import annotations

_ADJECTIVES = """
Amber Ample Azure Brave Breezy Bright Brisk Bronze Calm Candid Cheerful Clever Coastal Cobalt Copper Coral
Cosmic Crisp Curious Daring Dapper Eager Early Earnest Fabled Fair Fearless Festive Gentle Gilded Glad
Golden Graceful Hearty Honest Humble Indigo Ivory Jolly Keen Kind Lively Lucid Lucky Lunar Mellow Merry
Mighty Misty Modest Nimble Noble Olive Patient Pearly Placid Polar Polite Prime Proud Quick Quiet Radiant
Rustic Sage Serene Silver Snowy Solar Spry Steady Sunny Swift Tidy Tranquil Velvet Vivid Warm Witty Zesty
"""

_ANIMALS = """
Alpaca Antelope Badger Beaver Bison Bobcat Camel Caribou Cheetah Cormorant Cougar Crane Curlew Dolphin Dove
Eagle Egret Elk Falcon Ferret Finch Flamingo Fox Gazelle Gecko Giraffe Goldfinch Hare Hedgehog Heron Ibex
Ibis Impala Jackdaw Jaguar Kestrel Kingfisher Kiwi Koala Lark Lemur Lynx Macaw Magpie Manatee Marmot Marten
Meerkat Mongoose Moose Narwhal Nightingale Ocelot Osprey Otter Owl Panda Pelican Penguin Plover Puffin Quail
Quokka Raven Robin Salmon Sandpiper Seal Sparrow Starling Stork Swallow Swan Tapir Tern Toucan Turtle Walrus
Wombat Woodpecker Wren Yak Zebra
"""

# Words of English, German and Spanish that are also given as names or taken as handles, and the words
# of offices and technology that display names are made of.
_ORDINARY = """
a aber about abril account ace admin after agua ahora aire alba alegria algo all alle als also alt am amber
amigo amor an and android angel anonymous ante any apache api app apple april aqui arch archer are art as
ash aspen assistant async así at auf august aurora aus autumn azul azure año back bajo bash basil bay be
because bee been before bei bell bella berg berry best beta better bien big bill bin birdie bis bishop
blanca blanco blau blaze bliss blue board bolt bond bot both branch brand braun bridge brook brown browser
buck bud bueno bug bugs build but butler button by cable cache cada calm campo can candy captain cara casa
case cash cat chance channel charity chase chat cherry chip christian cielo claro class client clojure cloud
clover coach code coder come commit community como company computer con config console cook cookie coral
corazón core cosa cosmo could crew cricket crown cruz crystal cual cuando cursor daisy dank dann dar das
dash dat data database dawn day de debug december default del dem demo demon den deploy der des desde design
designer desktop dev developer devops diamond did die discord do doc doch docker docs does domain domingo
donde done door dos dot down driver du duke dulce dusty día each earl earnest east ebony echo eden editor
ein eine einfach el element elite ella emacs email ember en end engine engineer entre er era error es esa
eso esperanza esta estar este estrella etwas even event every example faith falcon fe february fein feliz
fern few field file filter fin final firefox firmware first flag flask flor flower flutter folder foo for
ford forest fox frame framework frank frankie frau free frei freund friday fried friend from front frost
fuchs fuente full function für gale game gamer ganz garden gateway gene general genesis gern get ghost
ginger git github give glen global glory go gold good google grace gracia gracias grande grant graph gray
great green grey gross group guerra guest guide gusto gut guy haben hacer hacker had hallo handler happy
harbor harmony hart has haskell hasta haus have haven hawk hay hazel he heaven heide heil heim hello help
her herb here hermosa hero herr heute hey hi hier high hija hijo hill him his hof hola holz hombre home
honey honor hook hope host how hoy html http human hunter i ice ich idea if ihr im image immer import in
index infinity info input intern internal into iris iron is issue ist it item its ivory ivy ja jade january
jardin java javascript jenkins jetzt jewel job joven joy json judge jules july june jung junior just justice
kaiser kann karma keep kein kernel key kind king kitten klein klug knight know koch kotlin kraft kurz könig
la lado lady lake lambda lane lang language laptop large largo lark las last late later law layer lead
leader leaf leben left legend less let level lexus león liberty library libre lieb life light like lily
linda line link linux lion list little live lo lobo local log logic long look los lotus love low lua luck
lucky luego lugar luna luz mac made madre magic mai mail main maintainer major make mal man manager many map
mar march marina mark marketing marsh master max may mayo mayor mañana me mean medio meet mehr mein meister
mejor melody member memory menos menu mercy merge merit merry message meta method mi mia mich micro
microsoft mil miles mills mind mine mint miracle mismo misty mit mobile mod mode model moderator module
monday mongo monitor montaña moon more morgen moss most mouse move much mucho mundo muss must muy my más
nach nada name native near need nein nemo neo net network neu never new news next nice nicht nichts night
niño no noble noch noche node nombre nor nos nosotros not nova november now nuevo null number nun nur oak
object ocean october oder of off office official often oh ohne ok okay ola old olive on once one only opal
open opus or ora oracle order org origin ort other otro our out over owl own owner package padre page paloma
panda panel pansy para parra parser part pat patch path patience pax paz peace pearl penny people pepper
perl pero person petunia phoenix phone php piedad pipeline pixel place platform play please plugin poco
point policy poppy por porque port portal porter post postgres power prado pride primo prince princess
process product profile program programmer project prompt proxy prudence public puerta put python que queen
query quest queue quick quien quite rain rainbow rather raven react ready real record red redis reef rein
release remote reno repo report request research researcher reset review rey rich richter rico right rio
ritter river robin robot rock rocky rojo root rosa rosario rose rosemary rot rubio ruby run rund rush rust
rusty río sage said sail saint sales same sandy santa santo santos saturday say scala schema schmied schnell
schon schwarz schön scout script search secretary security see segundo sehr sein seis select self september
ser server service session set señor shadow shark she shell shepherd short should show shy si side sie
siempre sierra silver sin since sir site skip sky skye slack small so sobre sol soledad some sommer son
sonne sonntag sonny soon sorry soto source south space spark spring sql stack staff stage standard star
stark start state status stein sterling stern still stone stop storage store storm stream string student
studio style su such sugar summer sun sunday sunny support sure sweet swift switch system table tag take tal
también tanne tanto task te teacher team tech tell template terminal terra test tester text than thanks that
the their them theme then there these they thing think this those thread three thursday ticket tiempo tierra
tiger time title to toda today todd todo token too tool tools top topic torre total trace train trainer tree
tres trinity trip true trust try tu tuesday tulip turn two ty type ubuntu um un una und under unix unknown
uno uns unter until up update upload upon us use user valle value van vega venus ver verde verity version
very vez via victoria victory vida video viel viento view vim violet virtual visual viva vogel void vom von
vor vue vuelta wait wald wall want ward was watch water way we web website wednesday weg weil weiss welcome
well welt wenn went wer were west what when where which while who whole why wie wild will willow window
windows winkel winter wir wish with without wizard wo wolf wood woods word work worker world would wren
writer wunder y ya year yes yet yo you young your zen zero zimmer zu zum zur ángel über
"""

_GENERIC = """
a ag app chat club co community company corp corporation dev devs for foundation gmbh group guild
headquarters hq inc incorporated international kg labs limited llc ltd of official open oss plc project public
sa server space srl team teams the users workspace
"""

_PARTICLES = """
af al bin da das de del della den der di do dos du e el ibn la le los ten ter van von y zu
"""

ADJECTIVES = tuple(_ADJECTIVES.split())
ANIMALS = tuple(_ANIMALS.split())

ORDINARY = frozenset(_ORDINARY.split())
"""One-word names that in running text are mostly not names; in lower case."""

GENERIC = frozenset(_GENERIC.split())
"""Words in the name of a workspace that do not tell which one it is."""

PARTICLES = frozenset(_PARTICLES.split())
"""Words that stand between first and last names, and are neither."""
