//! What a till reads holds nothing of a sponsor, a balance, or a certificate.

use serde_json::json;

use crate::world::{MOTHER, SON, Town, bill};

#[test]
fn nothing_that_a_till_reads_holds_anything_of_a_sponsor() {
    let town = Town::new();
    town.bind().is(201);
    let son = town.id(SON);
    town.settle("B1", "620.00").is(201);
    let mut preview = bill("20.00");
    preview["visit"] = "V1".into();
    let mut whole = bill("99999.00");
    whole["fund"] = "0.00".into();
    let eligibility = format!("/v1/eligibility?patient=P{}&institution=1301&purpose=outpatient", town.id(MOTHER));
    let read = [
        town.settle("B1", "620.00"),
        town.settle("B1", "621.00"),
        town.post("/v1/settlements").by("1301").key("B2").json(&whole).send(),
        town.get("/v1/settlements/1301-B1").by("1301").send(),
        town.get("/v1/settlements/1301-B2").by("1301").send(),
        town.get("/v1/settlements/1301-B1/explanation").by("1301").send(),
        town.get("/v1/settlements/1301-B2/explanation").by("1301").send(),
        town.post("/v1/visits").by("1301").key("V1").json(&json!({"patient": MOTHER})).send(),
        town.post("/v1/previews").by("1301").json(&preview).send(),
        town.get(&eligibility).by("1301").send(),
        town.post("/v1/settlements/1301-B1/reversal").by("1301").key("R1").send(),
        town.get("/v1/settlements/1301-B1/explanation").by("1301").send(),
        town.get(&format!("/v1/people/P{son}/balance")).by("1301").send(),
    ];
    let balances = ["12345.67", "11725.67", "12325.67"];
    let secrets = [SON, MOTHER, "赵建国", "刘桂兰", "Unix", &format!("P{son}")];
    for got in &read {
        let headers = format!("{:?}", got.headers);
        for secret in secrets.iter().chain(&balances) {
            assert!(!got.text.contains(secret) && !headers.contains(secret), "{secret} in {}\n{headers}", got.text);
        }
    }
    assert!(town.failures().is_empty(), "{:?}", town.failures());
    assert!(read.iter().filter(|got| got.status.is_success()).count() >= 10);
}
