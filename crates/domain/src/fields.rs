//! The fields of a command, by name: what a repeat is compared by.

use crate::message::{Bill, Command, PremiumOrder, Using};

pub(crate) fn of(command: &Command) -> Vec<(&'static str, String)> {
    match command {
        Command::Settle(bill) | Command::Preview(bill) => bill_fields(bill),
        Command::PayPremium(order) => premium_fields(order),
        Command::Transfer(order) => vec![
            ("operation", "transfer".to_owned()),
            ("sponsor", order.pair.sponsor.number().to_string()),
            ("beneficiary", order.pair.beneficiary.number().to_string()),
            ("amount", order.amount.to_string()),
        ],
        other => vec![("content", format!("{other:?}"))],
    }
}

fn bill_fields(bill: &Bill) -> Vec<(&'static str, String)> {
    let using = match bill.using {
        Using::Auto => "auto".to_owned(),
        Using::Own => "own".to_owned(),
        Using::Cash => "none".to_owned(),
        Using::Only(sponsor) => sponsor.number().to_string(),
        Using::WithoutAid => "without-aid".to_owned(),
        Using::WithoutWallet => "without-wallet".to_owned(),
        Using::WithoutBoth => "without-both".to_owned(),
    };
    let mut parts = String::new();
    for (part, amount) in bill.burden.parts() {
        parts.push_str(part.word());
        parts.push(' ');
        parts.push_str(&amount.to_string());
        parts.push(';');
    }
    vec![
        ("operation", "settle".to_owned()),
        ("patient", bill.patient.number().to_string()),
        ("institution", bill.institution.number().to_string()),
        ("kind", bill.kind.word().to_owned()),
        ("parts", parts),
        ("fund", bill.fund.to_string()),
        ("using", using),
        ("code", bill.code_of.number().to_string()),
        ("emergency", format!("{:?}", bill.urgency)),
    ]
}

fn premium_fields(order: &PremiumOrder) -> Vec<(&'static str, String)> {
    vec![
        ("operation", "premium".to_owned()),
        ("payer", order.payer.number().to_string()),
        ("person", order.person.number().to_string()),
        ("plan", order.plan.clone()),
        ("year", order.year.to_string()),
        ("amount", order.amount.to_string()),
    ]
}
