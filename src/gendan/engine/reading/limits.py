"""How much of a stranger's file we are willing to open: every size has a limit."""

MAX_FILE_BYTES = 25 * 1024 * 1024
"""Larger files are refused before anything is parsed."""

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""All members of a ZIP container together, counted while unpacking (the directory may lie)."""

MAX_UNPACK_RATIO = 250
"""Unpacked to packed size of one large member; office files stay below 60."""

RATIO_MATTERS_ABOVE_BYTES = 8 * 1024 * 1024
"""Small members may compress as well as they like."""

MAX_ZIP_MEMBERS = 2_000
MAX_PACKED_FILES = 40
"""Files of one archive that are read; what follows is told as a doubt."""

MAX_PACKED_DEPTH = 4
"""Archives in mails in archives: nobody packs an order more often."""

MAX_GRID_CELLS = 2_000_000
"""Height times width of one sheet; a cell in the last corner must not cost gigabytes."""

MAX_CELLS = 400_000
"""Filled cells of one file that are kept for reading and showing."""

MAX_ROWS = 60_000
MAX_CELL_CHARACTERS = 8_000
MAX_COLUMNS = 1_000
"""Of one row of a grid; comparing the columns with each other costs more than in proportion."""

MAX_SHEETS = 60
MAX_MAIL_DEPTH = 12
MAX_MAIL_PARTS = 120
MAX_MAIL_BOUNDARIES = 600
"""More multipart markers than this and the message is not parsed at all."""

MAX_XML_DEPTH = 120
MAX_XML_ELEMENTS = 300_000
MAX_DOCUMENTS = 200
MAX_PAIRS = 20_000
"""Labelled values of one document that are looked at."""

MAX_LINES = 20_000

MAX_PAPER_PAGES = 100
"""Pages of a PDF that are read; what follows is told as a doubt."""

MAX_SCANNED_PAGES = 12
"""Pages of one file whose characters have to be recognised, which takes seconds each."""

MAX_PAPER_CHARACTERS = 400_000
MAX_PAGE_CHARACTERS = 40_000
MAX_PAGE_OBJECTS = 30_000
"""Drawn objects of one page that are looked at for rulings and covers."""

MAX_PAGE_IMAGES = 20
MAX_IMAGE_SIDE = 1_800
"""Pixels of the longer side of a page's picture, however large the page says it is."""

MAX_PICTURE_PIXELS = 60_000_000
"""Of one picture or one page of a fax; A4 at 600 dots per inch has 35 million."""

MAX_PICTURE_SIDE = 30_000
LEAST_PICTURE_PIXELS = 20_000
"""Smaller pictures (logos, the dots of mails) are not searched for text."""
