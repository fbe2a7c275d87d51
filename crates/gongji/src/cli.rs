//! The command line: what can be asked, and who answers.

use clap::{Parser, Subcommand};

use crate::commands::{self, Explain, Named, OnBook, OnFile, Whose};
use crate::node::Init;
use crate::output::{Ended, Tongue, Verdict};
use crate::{benefit, demo, guide, his, policy, sandbox, scenario, serve};

const ABOUT: &str = "职工医保个人账户家庭共济 Family mutual aid of China's medical-insurance personal accounts";

const AFTER: &str = "Example 例:\n  gongji demo\n\n\
    退出状态 Exit status: 0 done and yes, 1 done and no, 2 not understood, 3 could not be done.\n\
    A database serves one province; other provinces are unreachable from this program, and what would need them is\n\
    answered SYS_UPSTREAM.";

/// All arguments.
#[derive(Debug, Parser)]
#[command(name = "gongji", version, about = ABOUT, after_help = AFTER)]
pub struct Arguments {
    /// Language of what people read
    #[arg(long, value_enum, default_value_t, global = true)]
    lang: Tongue,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 演示 Four families, every yuan explained
    Demo(demo::Demo),
    /// 验收用例 Scenario files
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// 政策 What the rules are and who says so
    #[command(subcommand)]
    Policy(policy::Question),
    /// 医保待遇 What the basic insurance pays of a bill, before accounts and family
    #[command(subcommand)]
    Benefit(benefit::Question),
    /// 数据库 The database of a province
    #[command(subcommand)]
    Db(DbCommand),
    /// 密钥 The master key of a database
    #[command(subcommand)]
    Key(commands::Key),
    /// 人员 A person in the vault
    #[command(subcommand)]
    Person(commands::Person),
    /// 导入 People, institutions, money from CSV files
    #[command(subcommand)]
    Import(commands::Import),
    /// 绑定家人 A sponsor binds a relative
    #[command(after_help = commands::BIND_EXAMPLE)]
    Bind(OnFile),
    /// 结算 Settle bills; each answer is printed once it is durable
    #[command(after_help = commands::SETTLE_EXAMPLE)]
    Settle(OnFile),
    /// 试算 What settling would come to; nothing is kept
    #[command(after_help = commands::PREVIEW_EXAMPLE)]
    Preview(OnFile),
    /// 冲正 Undo a settlement
    #[command(after_help = commands::REVERSE_EXAMPLE)]
    Reverse(Named),
    /// 这笔钱是怎么付的 Why a settlement came out as it did
    Explain(Explain),
    /// 余额 A personal account, as staff see it
    #[command(after_help = commands::BALANCE_EXAMPLE)]
    Balance(Whose),
    /// 服务 Serve institutions and agencies over HTTP, until it is told to stop
    Serve(serve::Serve),
    /// 设置 What a server can be told, and whether it makes sense
    #[command(subcommand)]
    Config(commands::Settings),
    /// 体检 Look at everything that a server needs, each finding with its remedy
    Doctor(commands::Doctor),
    /// 沙箱 Three provinces with invented people, for whoever writes a client
    Sandbox(sandbox::Sandbox),
    /// 医院端 The institution's side of the national interface: to show, to train, to check a centre
    #[command(subcommand)]
    His(his::His),
    /// 准入 Tokens of institutions, staff and their roles
    #[command(subcommand)]
    Access(commands::Access),
    /// 回调 Tell other systems when something happened
    #[command(subcommand)]
    Webhook(commands::Webhooks),
    /// 停付 Stop mutual aid for an area, an institution or another province, by two people
    Stop(commands::StopIt),
    /// 恢复 Let mutual aid go on that was stopped, by two people
    Resume(commands::ResumeIt),
    /// 到期的事 Do the timed work that is due
    Tick(commands::Tick),
    /// 审计 Work out everything again, and hold it against seals and witness
    Audit(commands::Audit),
    /// 试算平衡表 All that was entered until a day, by position
    TrialBalance(commands::OnDay),
    /// 记账凭证 Vouchers of a day for the fund's bookkeeping
    Vouchers(commands::Vouchers),
    /// 机构日对账单 What each institution's day came to, as CSV and XLSX
    Statement(commands::Statements),
}

#[derive(Debug, Subcommand)]
enum ScenarioCommand {
    /// 跑用例 Play files; one line a failed expectation, then `N passed, N failed`
    Run(scenario::Run),
}

#[derive(Debug, Subcommand)]
enum DbCommand {
    /// 新建 Make a database for one province
    Init(Init),
    /// 升级 Bring the tables of a database up to this program
    #[command(after_help = commands::MIGRATE_EXAMPLE)]
    Migrate(commands::Migrate),
    /// 状况 How a database is kept: engine, steps, size, who has it open, settings
    #[command(after_help = commands::STATUS_EXAMPLE)]
    Status(OnBook),
    /// 分布 Spread the database over the machines of a Citus cluster
    #[command(after_help = commands::DISTRIBUTE_EXAMPLE)]
    Distribute(commands::Distribute),
    /// 备份 Copy the database while others write to it, with a manifest
    Backup(commands::Backup),
    /// 恢复 Check a backup in a scratch place, or restore it
    Restore(commands::Restore),
}

/// Does what is asked.
pub fn run(arguments: Arguments) -> Ended {
    let tongue = arguments.lang;
    let Some(command) = arguments.command else {
        guide::print();
        return Ok(Verdict::Yes);
    };
    match command {
        Command::Demo(demo) => demo::play(&demo, tongue),
        Command::Scenario(ScenarioCommand::Run(run)) => scenario::play(&run, tongue),
        Command::Policy(question) => policy::answer(&question, tongue),
        Command::Benefit(question) => benefit::answer(&question, tongue),
        Command::Db(DbCommand::Init(init)) => crate::node::init(&init),
        Command::Db(DbCommand::Migrate(asked)) => commands::migrate(&asked, tongue),
        Command::Db(DbCommand::Status(book)) => commands::status(&book, tongue),
        Command::Db(DbCommand::Distribute(asked)) => commands::distribute(&asked, tongue),
        Command::Db(DbCommand::Backup(asked)) => commands::backup(&asked, tongue),
        Command::Db(DbCommand::Restore(asked)) => commands::restore(&asked, tongue),
        Command::Key(key) => commands::key(&key, tongue),
        Command::Person(person) => commands::person(&person, tongue),
        Command::Import(import) => commands::import(&import),
        Command::Bind(file) => commands::bind(&file, tongue),
        Command::Settle(file) => commands::settle(&file, tongue),
        Command::Preview(file) => commands::preview(&file, tongue),
        Command::Reverse(named) => commands::reverse(&named, tongue),
        Command::Explain(explain) => commands::explain(&explain, tongue),
        Command::Balance(whose) => commands::balance(&whose),
        Command::Serve(asked) => serve::serve(&asked),
        Command::Config(asked) => commands::settings(&asked, tongue),
        Command::Doctor(asked) => commands::doctor(&asked, tongue),
        Command::Sandbox(asked) => sandbox::run(&asked),
        Command::His(asked) => his::run(&asked),
        Command::Access(asked) => commands::access(&asked, tongue),
        Command::Webhook(asked) => commands::webhook(&asked, tongue),
        Command::Stop(asked) => commands::stop(&asked, tongue),
        Command::Resume(asked) => commands::resume(&asked, tongue),
        Command::Tick(book) => commands::tick(&book),
        Command::Audit(book) => commands::audit(&book),
        Command::TrialBalance(day) => commands::trial_balance(&day),
        Command::Vouchers(vouchers) => commands::vouchers(&vouchers),
        Command::Statement(statements) => commands::statements(&statements),
    }
}
