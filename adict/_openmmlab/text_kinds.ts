/** White space as Python has it, for a class of a regular expression: JavaScript's differs. */
export const SPACE = "\\p{White_Space}\\x1c-\\x1f";

/** What has a digit as its value and is none of a decimal system (`Numeric_Type=Digit`, Unicode 14). */
const DIGITS = "\\u00b2\\u00b3\\u00b9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089" +
  "\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e" +
  "\\u2780-\\u2788\\u278a-\\u2792\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}" +
  "\\u{1f100}-\\u{1f10a}";

/** The letters that have a number as their value (`Numeric_Type=Numeric`, Unicode 14). */
const NUMERIC_LETTERS =
  "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐" +
  "拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\\uf96b\\uf973\\uf978\\uf9b2\\uf9d1\\uf9d3\\uf9fd\\u{20001}" +
  "\\u{20064}\\u{200e2}\\u{20121}\\u{2092a}\\u{20983}\\u{2098c}\\u{2099c}\\u{20aea}\\u{20afd}" +
  "\\u{20b19}\\u{22390}\\u{22998}\\u{23b1b}\\u{2626d}\\u{2f890}";

/** The methods that say of what kind all characters of a text are, of which there must be one. */
export const TEXT_KINDS: Readonly<Record<string, (self: string) => boolean>> = {
  isdecimal: all("\\p{Nd}"),
  isdigit: all(`\\p{Nd}${DIGITS}`),
  isnumeric: all(`\\p{N}${NUMERIC_LETTERS}`),
  isalpha: all("\\p{L}"),
  isalnum: all("\\p{L}\\p{N}"),
  isspace: all(SPACE),
  isupper: isCased("\\p{Uppercase}", "\\p{Lowercase}\\p{Lt}"),
  islower: isCased("\\p{Lowercase}", "\\p{Uppercase}\\p{Lt}"),
};

function all(characters: string): (self: string) => boolean {
  const kind = new RegExp(`^[${characters}]+$`, "u");
  return (self) => kind.test(self);
}

/** Characters without a case may be there as well, but not alone. */
function isCased(wanted: string, refused: string): (self: string) => boolean {
  const [some, none] = [new RegExp(wanted, "u"), new RegExp(`[${refused}]`, "u")];
  return (self) => some.test(self) && !none.test(self);
}
