"""Writes other texts in the place of shown ones: of the same shape, in words that shops know."""

import re
from collections.abc import Container, Sequence
from functools import cache

from backend.blueprints.variation.seeded_choices import SeededChoices

_THINGS = """
ash axe bay bee bow cob cup elk elm fan fig fir fox hat hen hop hut ink ivy jar jug keg kit lid log
map mug nut oak oat owl pan pea pen pin pot ram rug rye sap saw sky tub urn van wax yak yew aloe
apse arch arum balm bark barn bath beam bean bell bolt boot bowl bulb cake calf cane cape cave clay
coal coat colt cork corn cove crab crow dale deer dill dock dove drum duck dune dusk fawn felt fern
flax foam foil fork gale gate glen goat gold gown hare harp hawk hemp herb hill hive horn iris iron
jade jute kale kelp kiln kite knot lace lake lamb lamp lark leaf lime lion loom lute lynx malt mask
meal milk mill mint mist moss moth muff nest oven palm path pear peat pine plum pond quay raft rain
reed reef rice root rope rose ruby rust sage sail salt sand seal silk slab snow soap sock sofa star
stew swan tarn teal tent tile tray tuba twig vase veil vest vine wall wand wasp weir whey wing wolf
wood wool yarn yawl yoke zinc acorn adobe agate alder amber anvil apple apron aster attic bagel
basil beech berry birch bison bloom brass bread brick brook broom brush camel candy canoe cedar
chalk charm chess chive cider clamp cliff cloak cloud clove cobra cocoa comet coral crane crust
daisy delta denim diner dingo drape drill eagle ebony elder ember fable finch flame flask fleet
flint flour flute frost fudge gauze glove grain grape grove guava hazel heath hedge heron honey
hound igloo inlet ivory jelly jewel juice kayak khaki koala lapis larch latch lemon lever lilac
linen llama lodge lotus maize mango manor maple marsh medal melon merle moose mural nacho nylon
oasis ocean olive onion opera otter oxbow panda paper pasta patio peach pearl pecan perch piano
pilot plank plume poppy pouch prawn quail quill quilt raven resin ridge river robin rover satin
scarf scone shawl sheep shell slate sloop spade spice spoon squid stork straw sugar swift tango
tapir thyme tiger topaz torch trout tulip tunic umber viola vodka waltz wharf wheat wheel yacht
zebra almond amulet anchor badger bamboo banner barley basket beacon beaver bobbin bonnet bottle
bronze buckle butter cactus candle canyon carpet carrot castle cavern celery cheese cherry cobalt
cookie copper cotton cougar cradle crater cymbal dahlia desert donkey dragon drawer fabric falcon
fennel ferret fiddle flagon flower forest funnel gadget galley garlic garnet gazebo gibbon ginger
goblet gopher gravel guitar hammer hamper harbor helmet hermit iguana indigo island jacket jaguar
jargon jersey kernel kettle kitten ladder lagoon laurel lentil lichen locket magnet magpie mallet
marble marlin meadow mirror mitten monkey mortar muffin mussel napkin nectar needle nettle nougat
nutmeg orchid osprey oyster paddle pantry parrot pebble pepper pigeon pillow planet plover pocket
poplar potato puffin pulley quarry quartz quiver quokka rabbit radish ribbon ripple rocket saddle
salmon sandal scroll shovel silver sorrel spruce stable teapot temple thread timber tinsel toffee
tomato tunnel turkey turnip turtle urchin valley velvet vessel violet walnut walrus weasel wicker
willet willow winter wombat wrench yogurt zephyr zinnia apricot axolotl balloon blanket blossom
buffalo bulrush cabbage caldera caramel catfish chimney cobbler compass corsage cricket crimson
crystal cushion cypress dolphin dresser emerald factory fanfare feather firefly furnace gazelle
giraffe gondola granite gumdrop halibut hammock harvest heather herring incense ironing jackdaw
jasmine javelin juniper kestrel lacquer lantern leopard lobster magenta mammoth narwhal oatmeal
octopus opossum orchard origami paprika parsley parsnip peacock pelican penguin pergola piccolo
plaster platter popcorn pottery prairie pumpkin raccoon rainbow rhubarb rooster saffron sapling
sardine satchel scarlet seaweed skylark spaniel sparrow spinach sunrise tadpole tangelo terrace
thicket thimble thistle trellis trumpet tussock vanilla vinegar vulture wagtail warbler whisker
aardvark bluebell bracelet broccoli cashmere chestnut cinnamon daffodil doorbell eggplant farmyard
flamingo goldfish hedgehog heirloom hornbeam hyacinth icehouse lavender lemonade macaroon mackerel
mandolin marigold meringue mongoose mulberry mushroom nocturne nutshell obsidian parakeet pheasant
reindeer rosewood shamrock squirrel starfish sycamore tamarind turmeric twilight umbrella windmill
woodwind dragonfly driftwood eiderdown flagstone jellyfish limestone moonstone porcelain raspberry
sandstone spearmint sunflower tangerine turquoise velveteen vermilion waterfall wheatgerm xylophone
buttermilk cantaloupe chandelier elderberry fingerling greenhouse jackrabbit kingfisher lighthouse
nightshade periwinkle plantation salamander sandcastle stonemason strawberry tambourine terracotta
toothpaste wallflower watermelon
"""
_FIRST_NAMES = """
Abe Amy Ava Bea Ben Cal Dee Eli Eva Fay Gus Hal Ida Ira Ivy Jay Joy Kay Kit Lee Leo Liv Mae Mia Ned
Nia Ola Ora Pam Pia Ray Roy Rue Sal Sid Sue Tia Una Val Viv Wes Zoe Abby Amos Anya Beth Boyd Cara
Clay Dale Dana Dean Dora Earl Edna Elsa Emma Evan Fern Finn Gail Gwen Hope Hugo Iris Ivan Jana Jude
June Kara Kurt Lars Leah Lena Lila Lois Lyle Maud Mina Myra Neil Nina Nora Olga Omar Otis Owen Paul
Rhea Rosa Ross Ruth Sara Seth Stan Tara Theo Toby Troy Vera Wade Walt Wren Yara Zara Abner Adele
Agnes Anita Basil Becca Bella Bruno Carla Cecil Chloe Clara Cyril Daisy Della Diego Doris Edith
Edwin Ellen Elmer Ember Enoch Erica Ethan Faith Felix Fiona Flora Floyd Frank Freda Gemma Glenn
Gregg Greta Hazel Heidi Helen Henry Hilda Homer Inger Irene Isaac Jacob Jorge Joyce Karen Kiran
Laura Lloyd Lydia Mabel Marco Maria Merle Miles Molly Naomi Nigel Oscar Paula Pearl Percy Petra
Phebe Quinn Ralph Regan Rhoda Robin Rufus Sadie Selma Simon Sonia Tessa Tyler Ulric Verna Vince
Wanda Willa Yusuf Zelda Albert Alfred Alicia Amelia Andrea Arnold Astrid Audrey Bernie Bonnie
Brenda Calvin Carmen Cedric Claude Conrad Dagmar Daphne Dennis Dexter Dorian Duncan Edmund Elaine
Eloise Esther Eugene Fergus Forest Gideon Gloria Gordon Gustav Hannah Harold Harvey Hattie Hector
Imogen Ingrid Irving Isabel Jasper Jemima Jerome Joanna Judith Julius Kendra Kieran Lauren Leonor
Lionel Louisa Lucian Luella Maggie Marcel Martha Maxine Mervin Milton Minnie Miriam Monica Morris
Murray Nadine Nathan Nettie Norman Olivia Osmond Pascal Philip Phoebe Regina Reuben Roland Ronald
Roslyn Rupert Samuel Selena Serena Sidney Sophia Sylvia Thelma Thomas Trevor Ulrika Ursula Violet
Vivian Walter Warren Wilbur Winona Yvette Yvonne Abigail Adriana Ambrose Annabel Anthony Ariadne
Barbara Beatrix Bernard Bethany Camilla Celeste Chester Clement Cordell Corinna Dorothy Douglas
Eleanor Ephraim Estella Eugenia Florian Frances Gabriel Georgia Gerhard Gilbert Gwyneth Harriet
Heloise Herbert Horatio Isadora Jasmine Jessica Jocelyn Kathryn Kenneth Lambert Leonard Leticia
Lorenzo Lucinda Malcolm Marissa Matilda Maureen Mildred Natalia Octavia Ottilie Patrick Pauline
Phyllis Quentin Raphael Raymond Rebecca Roberta Rosalie Russell Shirley Sigmund Stanley Tabitha
Terence Theresa Timothy Valerie Vincent Wilfred Zachary Clarence Clarissa Delphine Frederic
Jonathan Mortimer Reginald Rosalind Salvador Winifred Josephine
"""
_LAST_NAMES = """
Abt Ash Bly Cox Dow Ely Fry Guy Hay Hoy Ito Jay Kay Lam Lay Lee Low May Nye Orr Poe Ray Roy Rye Soh
Tan Tye Wye Yun Zee Abel Ames Ball Barr Beck Bell Bird Bond Boyd Burr Cade Carr Cobb Cole Dale Daly
Dean Dunn Ende Fenn Finn Ford Frye Gill Goff Gray Hahn Hale Hall Hart Hess Holt Hume Hyde Iles Inge
Jett Judd Kane Kerr King Kirk Knox Lamb Lane Lark Lind Lowe Luna Lyle Mack Mead Moss Muir Nash Neal
Odom Pace Park Peck Penn Pike Pope Quay Rand Reed Rich Rowe Ruiz Rush Sage Shaw Sims Swan Tate Thom
Todd Umar Vale Vega Wade Ware Webb Weir West Wise Yang Yoon York Zorn Abbot Adler Alder Baird Baker
Banks Barry Bates Berry Black Blake Boone Booth Brand Brett Brock Brook Burke Cates Chase Clegg
Cooke Craig Crane Cross Dixon Doyle Drake Eaton Ellis Elton Ewing Finch Floyd Frost Gates Glenn
Gomez Grant Green Hardy Hayes Heath Henry Hogan Holly Hurst Innes Irwin Jones Joyce Keane Keith
Kelly Klein Lewis Locke Logan Lopez Lucas Lyons Marsh Mason Mills Moody Moore Myers Noble Nolan
North Oakes Olsen Owens Parks Patel Payne Perry Price Quill Quinn Ramos Reyes Rhode Rossi Rowan
Salas Sharp Short Sloan Smith Snell Stein Stone Swift Tobin Tripp Tyler Ulmer Upton Usher Vance
Vogel Walsh Welch Wells White Woods Wyatt Yates Yoder Young Zweig Abrams Archer Arnold Atkins
Austin Barker Barlow Barton Bishop Bolton Bowman Briggs Bright Burton Butler Carver Castle Church
Cooper Corbin Cotton Curtis Dalton Dawson Draper Dudley Durham Dutton Easton Elliot Emmett Fenton
Fisher Foster Fowler Fuller Garner Gibson Gordon Graham Grover Harlow Harmon Harper Harris Hastie
Hector Hewitt Holden Hooper Hubert Hughes Hunter Ingram Irvine Jansen Jarvis Jensen Keller Kemble
Kimber Knight Landis Larsen Lawson Lester Lowell Mercer Merton Milner Mitton Morgan Morris Morton
Murphy Nelson Newell Norman Norris Norton Oakley Osborn Palmer Parker Pascoe Pelham Porter Potter
Powers Purvis Quimby Ramsey Reeves Rhodes Rogers Romero Ruskin Sawyer Selden Seward Shelby Sutton
Talbot Tanner Taylor Thorne Tilton Tucker Turner Upshaw Vaughn Vernon Waller Walton Warner Weaver
Weldon Wesley Wilder Wilson Winter Wooten Wright Yeoman Zimmer Addison Aldrich Barclay Barnaby
Bentley Bradley Brandon Calhoun Carlton Chapman Charles Clayton Coleman Collins Conners Crawley
Cushing Daniels Denning Dickens Douglas Edwards Emerson Enright Everett Fairfax Fielder Fleming
Forsyth Francis Gardner Garrett Gilbert Goodwin Granger Griffin Hackett Hammond Hanover Hawkins
Herbert Holland Hopkins Houston Howells Jackson Johnson Kendall Kennedy Langton Latimer Leonard
Lindsay Lockley Maddock Marlowe Martins Maxwell Merrill Mosaley Newhall Nichols Osborne Parsons
Pearson Perkins Pickett Preston Quigley Quinton Radford Randall Raymond Redmond Russell Sanders
Sheldon Sherman Simmons Spencer Stanton Stevens Stewart Tilford Travers Trenton Tyndall Valence
Vincent Wallace Watkins Webster Wendell Wheeler Whitney Wilkins Winslow Wolcott Wyndham Yardley
Younger Alderton Ashworth Bancroft Crawford Eastwood Ferguson Hamilton Harrison Kingsley Lawrence
Merriman Oldfield Stoddard Thornton Whitaker Blackwell Carpenter Davenport Dickinson Fairchild
Gallagher Hollister Lancaster Remington Sheffield Stapleton Underhill Wakefield Chesterton
Huntington Ravenswood Wellington
"""
_WORD = re.compile(r"[^\W\d_]{3,}")
_LONGEST = 10
_SHORTEST = 3
_TAIL = 5
_ENOUGH = 12  # words to draw from, even if some are shorter
# Short words that stand inside these would be found on many a page without having been put there.
_OF_MANY_PAGES = """
    account address apartment appear button cancel change comment company content copy customer
    department discard dismiss entry happened important invoice item kitchen maintain menu message
    name next open order overview page panel pending person phone plan previous quantity reason
    remaining return review search select shopping signature spent start status stopped supplier
    support term today together total unknown update upload urgent warning welcome
"""
_SHORT = 4


def like(text: str, choices: SeededChoices, *, initials: bool = False) -> str:
    """Return another text with the same spaces, marks and capitals, and words of equal length.

    Words of one or two letters stay. `initials` begins it with the shown text's own first letter,
    where words do, which keeps it near its place in a sorted list.
    """
    words = _WORD.findall(text)
    pools = pools_for(words)
    positions = iter(range(len(words)))

    def other(found: re.Match[str]) -> str:
        position = next(positions)
        letter = found[0][0] if initials and not position else ""
        return word_like(found[0], pools[min(position, len(pools) - 1)], choices, letter=letter)

    return _WORD.sub(other, text)


def like_around(known: Container[str], text: str, choices: SeededChoices, *, initials: bool) -> str:
    """Return a text as `like` does, in which known words stay, and those it finds no equal for."""
    others = _WORD.finditer(like(text, choices, initials=initials))

    def other(found: re.Match[str]) -> str:
        word, drawn = found[0], next(others)[0]
        return word if word.casefold() in known or len(word) != len(drawn) else drawn

    return _WORD.sub(other, text)


def name_like(text: str, choices: SeededChoices, *, is_full: bool) -> str:
    """Return another person's name of the same shape; its first name alone if it is not full."""
    pools = (_FIRST_NAMES, _LAST_NAMES if is_full else _FIRST_NAMES)
    words = iter(range(len(_WORD.findall(text))))

    def other(found: re.Match[str]) -> str:
        return word_like(found.group(), pools[min(next(words), 1)], choices)

    return _WORD.sub(other, text)


def pools_for(words: Sequence[str]) -> Sequence[str]:
    """Two words or more that all begin with a capital are taken for somebody's name."""
    if len(words) > 1 and all(word[0].isupper() and not word.isupper() for word in words):
        return (_FIRST_NAMES, _LAST_NAMES)
    return (_THINGS,)


def word_like(word: str, pool: str, choices: SeededChoices, *, letter: str = "") -> str:
    """Return another word in the capitals of this one; it begins with a letter where words do."""
    if len(word) > _LONGEST:  # no shop knows any so long: two make one
        head = word_like(word[:-_TAIL], pool, choices, letter=letter)
        return head + word_like(word[-_TAIL:], pool, choices)
    return _in_case_of(word, choices.one_of(_words(pool, len(word), letter.casefold())))


@cache
def _words(pool: str, length: int, letter: str) -> tuple[str, ...]:
    """Return the words of a length, some shorter where they are few; those of a letter, if any."""
    words = sorted({word.lower() for word in pool.split()})
    words = [word for word in words if len(word) > _SHORT or word not in _OF_MANY_PAGES]
    fitting: list[str] = []
    for size in range(min(max(length, _SHORTEST), _LONGEST), _SHORTEST - 1, -1):
        if len(fitting) < _ENOUGH:
            fitting += [word for word in words if len(word) == size]
    return tuple(word for word in fitting if word.startswith(letter)) or tuple(fitting)


def _in_case_of(shown: str, word: str) -> str:
    if shown.isupper():
        return word.upper()
    if len(word) == len(shown) and shown[1:] != shown[1:].lower():  # such as McRae
        return "".join(
            letter.upper() if one.isupper() else letter
            for one, letter in zip(shown, word, strict=True)
        )
    return word.capitalize() if shown[0].isupper() else word
