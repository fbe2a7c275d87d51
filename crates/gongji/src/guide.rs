//! What `gongji` alone says.

use crate::output;

const GUIDE: &str = "\
gongji 共济 — 职工医保个人账户家庭共济 · family mutual aid of China's medical-insurance personal accounts

先看一看 Look around
  gongji demo                            四个家庭，每一元钱都说明白 four families, every yuan explained
  gongji scenario run scenarios          跑规则的验收用例 play the acceptance scenarios
  gongji policy areas                    哪些地区有规则 areas with rules of their own
  gongji policy show 130100              某地今天的规则与出处 the rules of an area and who says so
  gongji sandbox                         可以试的接口，另开窗口 gongji his demo an API to try; his demo in another window

办一笔 Settle a bill
  gongji db init --province 130000 --db g.db --key g.key --new-key
  gongji import people people.csv --db g.db --key g.key
  gongji import institutions places.csv --db g.db --key g.key
  gongji import credits credits.csv --db g.db --key g.key
  gongji bind bind.json --db g.db --key g.key
  gongji settle bill.json --db g.db --key g.key
  gongji explain BILL-1 --db g.db --key g.key
  gongji audit --db g.db --key g.key
  gongji key check --db g.db --key g.key  密钥与销毁 keys and shredding: key, person

每个命令都有例子 Every command has an example:  gongji COMMAND --help
机器读 For machines:  --json        语言 Language:  --lang zh|en|both
";

/// Prints the guide.
pub fn print() {
    output::text(GUIDE);
}
