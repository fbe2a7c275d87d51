//! From a proposal to the law that groups are judged by, in one program and in two.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::judge::Judgement;
use gongji_domain::message::{Bill, Command, Envelope, Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::policy::{Law, policy_of};
use gongji_domain::release::{ReleaseState, Signed};
use gongji_domain::trace::{LawMatch, Trace, decode};
use gongji_service::ServiceError;
use gongji_service::desk::Desk;
use gongji_service::law::{BUILT_IN, built_in};
use gongji_service::past::{LawOf, Past};
use gongji_service::release::{Draft, NotReleased, Step, approve, found, law_in_force, propose, withdraw};
use gongji_store::{NewReleases, Store, StoreError, WorkingKey};
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};
use tokio::runtime::Runtime;

const HEBEI: AreaCode = AreaCode::from_number(130_000);
const TOWN: AreaCode = AreaCode::from_number(130_100);
const PATIENT: PersonId = PersonId::from_number(1);
const HOSPITAL: InstitutionId = InstitutionId::from_number(1301);
/// The clock of these tests: the day on which bills are decided.
const TODAY: &str = "2025-03-08T10:00";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of the calendar")
}

fn at(text: &str) -> Moment {
    Moment::parse(text).expect("a moment of the calendar")
}

fn by(name: &str) -> Signed {
    Signed { by: name.to_owned(), at: at(TODAY) }
}

/// Hebei's pack with another number of family members from a day on.
fn hebei(from: &str, members: u32) -> String {
    let (_, text) = BUILT_IN.iter().find(|(name, _)| name.starts_with("130000")).expect("Hebei has a pack");
    format!("{text}\n[[rule]]\nkey = \"bind.max-members\"\nfrom = \"{from}\"\nvalue = {members}\nsource = \"N1\"\n")
}

fn draft(text: &str) -> Draft<'_> {
    Draft { file: "draft.toml", text, retroactive: None }
}

/// A store that a program has made, with the law of its packs.
async fn founded(store: &Store) -> u32 {
    found(store, ("gongji test", "db init"), at("2025-01-01T00:00")).await.expect("an empty store")
}

async fn proposed(store: &Store, text: &str) -> Step {
    propose(store, draft(text), by("王敏")).await.expect("a store").expect("a proposal")
}

async fn approved(store: &Store, number: u32) -> Step {
    approve(store, number, by("李强")).await.expect("a store").expect("an approval")
}

fn desk(store: &Arc<Store>, law: Law) -> Desk {
    Desk::new(store.clone(), law, HEBEI)
}

fn envelope(command: Command) -> Envelope {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (message, id) = (MessageId::new("test", number.to_string()).expect("short"), CommandId::from_number(number));
    Envelope { message, id, serial: id, at: at(TODAY), command, heard: Vec::new(), digests: Vec::new() }
}

async fn done(desk: &Desk, command: Command) -> CommandId {
    let envelope = envelope(command);
    let id = envelope.id;
    let judged = desk.submit(envelope).await.expect("a sound store");
    assert!(matches!(judged, Judgement::Done(..)), "{judged:?}");
    id
}

async fn settled(desk: &Desk) -> CommandId {
    done(desk, Command::Settle(bill())).await
}

fn bill() -> Bill {
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, Fen::from_fen(10_000));
    Bill {
        patient: PATIENT,
        patient_area: TOWN,
        institution: HOSPITAL,
        kind: VisitKind::Outpatient,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: PATIENT,
        urgency: Urgency::Ordinary,
    }
}

async fn with_patient(desk: &Desk) {
    let person = Person {
        id: PATIENT,
        area: TOWN,
        scheme: Scheme::Employee,
        status: InsuranceStatus::Active,
        born: day("1970-01-01"),
        sex: None,
        traits: BTreeSet::new(),
    };
    done(desk, Command::Register(person)).await;
    let hospital = Institution {
        id: HOSPITAL,
        area: TOWN,
        kind: InstitutionKind::Hospital,
        designation: Designation::Designated,
        aid: Takes::Yes,
        wallet: Takes::Yes,
    };
    done(desk, Command::RegisterInstitution(hospital)).await;
}

async fn trace_of(store: &Store, command: CommandId) -> Trace {
    let row = store.trace_of(command).await.expect("a store").expect("a settlement leaves a trace");
    decode(&row.bytes).expect("a trace that was written")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says where the server is")]
fn what_one_program_releases_the_other_judges_by_from_its_next_group_on() {
    let server = std::env::var("GONGJI_TEST_POSTGRES")
        .expect("GONGJI_TEST_POSTGRES is set: run the tests by `cargo xtask postgres cargo nextest run`");
    let (room, keys) = (format!("releases_{}", std::process::id()), WorkingKey::generate([7; 32]));
    let runtime = runtime();
    runtime.block_on(async {
        let one = Arc::new(Store::create_postgres_room(&server, &room, &keys).await.expect("a server"));
        let address = format!("{server} options='-c search_path={room}'");
        let other = Arc::new(Store::open_postgres(&address, &keys).await.expect("the same database"));
        let last = founded(&one).await;
        let law = law_in_force(&one).await.expect("a law");
        let (here, there) = (desk(&one, law.clone()), desk(&other, law.clone()));
        with_patient(&here).await;
        let before = settled(&there).await;

        let number = proposed(&one, &hebei("2025-03-09", 5)).await.release.number;
        let meanwhile = settled(&there).await;
        approved(&one, number).await;
        let after = [settled(&there).await, settled(&here).await];

        assert_eq!([there.law().release(), here.law().release()], [number, number]);
        let newest = law_in_force(&other).await.expect("a law");
        for (command, law, release) in [(before, &law, last), (meanwhile, &law, last), (after[0], &newest, number)] {
            let trace = trace_of(&other, command).await;
            assert_eq!((trace.law_match(law), law.release()), (LawMatch::Same, release));
        }
        assert_eq!(there.law().on(HEBEI, day("2025-03-09")).expect("a law").bind.max_members, Some(5));
        Store::drop_postgres_room(&server, &room).await.expect("a schema that was made");
    });
}

#[test]
fn a_group_is_judged_by_the_law_of_the_release_that_it_read() {
    runtime().block_on(async {
        let store = Arc::new(Store::memory());
        founded(&store).await;
        let desk = desk(&store, law_in_force(&store).await.expect("a law"));
        with_patient(&desk).await;
        let text = hebei("2025-03-01", 5);
        let step = propose(&store, Draft { retroactive: Some("a letter"), ..draft(&text) }, by("王敏")).await;
        let number = step.expect("a store").expect("a reason is given").release.number;
        let before = trace_of(&store, settled(&desk).await).await;
        approved(&store, number).await;
        let after = trace_of(&store, settled(&desk).await).await;
        assert_ne!(before.policy_digest, after.policy_digest);
        assert_eq!(Some(desk.law().on(TOWN, day("2025-03-08")).expect("a law").digest), after.policy_digest);

        let past = Past::of(&store, &desk.law()).await.expect("a store");
        for (trace, release) in [(&before, number - 1), (&after, number)] {
            let LawOf::Known(law) = past.law_of(trace) else { panic!("release {release} is known") };
            assert_eq!((law.release(), trace.law_match(law)), (release, LawMatch::Same));
        }
        let unknown = Trace { policy_digest: Some([7; 32]), ..after };
        assert!(matches!(past.law_of(&unknown), LawOf::Unknown));
    });
}

#[test]
fn a_program_whose_release_is_gone_judges_nothing() {
    runtime().block_on(async {
        let (store, emptied) = (Arc::new(Store::memory()), Arc::new(Store::memory()));
        founded(&store).await;
        let desk = desk(&emptied, law_in_force(&store).await.expect("a law"));
        let refused = desk.submit(envelope(Command::Settle(bill()))).await;
        assert!(matches!(refused, Err(ServiceError::LawGone { has: 0, .. })), "{refused:?}");
        assert!(emptied.dump().await.expect("memory").is_empty());
    });
}

#[test]
fn without_releases_there_is_no_law_but_the_one_that_is_brought() {
    runtime().block_on(async {
        let store = Arc::new(Store::memory());
        assert!(matches!(law_in_force(&store).await, Err(ServiceError::NoLaw)));
        let desk = desk(&store, built_in());
        with_patient(&desk).await;
        assert_eq!(desk.law().release(), 0);
    });
}

#[test]
fn the_packs_of_the_program_are_the_first_law() {
    runtime().block_on(async {
        let store = Store::memory();
        let last = founded(&store).await;
        assert_eq!(usize::try_from(last), Ok(BUILT_IN.len()));
        let (law, built_in) = (law_in_force(&store).await.expect("a law"), built_in());
        assert!(law.resolutions().eq(built_in.resolutions()));
        for row in store.all_resolved().await.expect("memory") {
            assert_eq!(policy_of(&row.text).as_ref(), built_in.policy_by_digest(&row.digest));
            assert_eq!(row.release, last);
            assert!(!row.sources.is_empty() && row.sources.iter().all(|source| (1..=last).contains(source)));
        }
        let again = found(&store, ("gongji test", "db init"), at(TODAY)).await;
        assert!(matches!(again, Err(ServiceError::Store(StoreError::Contended))), "{again:?}");
    });
}

#[test]
fn a_release_takes_two_people_in_order() {
    runtime().block_on(async {
        let store = Store::memory();
        let last = founded(&store).await;
        let (first, second) = (last + 1, last + 2);
        for blank in ["", " \u{3000}"] {
            let refused = propose(&store, draft(&hebei("2025-06-01", 5)), by(blank)).await.expect("memory");
            assert_eq!(refused.expect_err("no name"), NotReleased::Name);
        }
        proposed(&store, &hebei("2025-06-01", 5)).await;
        proposed(&store, &hebei("2025-06-01", 6)).await;
        let same = propose(&store, draft(&hebei("2025-06-01", 6)), by("王敏")).await.expect("memory");
        assert_eq!(same.expect_err("proposed already"), NotReleased::Same(second));
        for (number, name, refusal) in [
            (first, "王敏", NotReleased::SamePerson(first)),
            (first, " 王 敏\u{3000}", NotReleased::SamePerson(first)),
            (second, "李强", NotReleased::Earlier(second, first)),
            (second + 1, "李强", NotReleased::Unknown(second + 1)),
            (last, "李强", NotReleased::Closed(last, ReleaseState::Released)),
        ] {
            let refused = approve(&store, number, by(name)).await.expect("memory");
            assert_eq!(refused.expect_err(name), refusal);
        }
        withdraw(&store, first, by("王敏")).await.expect("memory").expect("it is open");
        let closed = approve(&store, first, by("李强")).await.expect("memory");
        assert_eq!(closed.expect_err("withdrawn"), NotReleased::Closed(first, ReleaseState::Withdrawn));
        // It was seen as a change from five members to six; now it is one from eight, on the same day.
        assert_eq!(approved(&store, second).await.release.first_day, day("2025-06-01"));
        assert_eq!(store.last_release().await.expect("memory"), second);
    });
}

#[test]
fn whoever_approves_approves_what_was_proposed() {
    runtime().block_on(async {
        let store = Store::memory();
        let last = founded(&store).await;
        proposed(&store, &hebei("2025-06-01", 5)).await;
        let text = format!("{}# again, in July\n", hebei("2025-06-01", 5));
        assert_eq!(proposed(&store, &text).await.changes, []);
        withdraw(&store, last + 1, by("王敏")).await.expect("memory").expect("it is open");
        let refused = approve(&store, last + 2, by("李强")).await.expect("memory");
        assert_eq!(refused.expect_err("it changes what it did not"), NotReleased::Moved(last + 2));
    });
}

#[test]
fn decided_days_are_judged_otherwise_only_for_a_reason() {
    runtime().block_on(async {
        let store = Arc::new(Store::memory());
        founded(&store).await;
        let desk = desk(&store, law_in_force(&store).await.expect("a law"));
        with_patient(&desk).await;
        proposed(&store, &hebei("2025-03-01", 4)).await;
        let bill = settled(&desk).await;
        let payment = store.dump().await.expect("memory").payments.get(&bill).cloned();
        let decided = |first| NotReleased::Decided(day(first), day("2025-03-08"));
        let number = store.releases().await.expect("memory").last().expect("a proposal").number;
        let late = approve(&store, number, by("李强")).await.expect("memory");
        assert_eq!(late.expect_err("a bill was decided meanwhile"), decided("2025-03-01"));
        withdraw(&store, number, by("王敏")).await.expect("memory").expect("it is open");
        for (first, reason, refusal) in [
            ("2025-03-01", None, Some(decided("2025-03-01"))),
            ("2025-03-08", None, Some(decided("2025-03-08"))),
            ("2025-03-08", Some("  "), Some(decided("2025-03-08"))),
            ("2025-03-09", None, None),
            ("2025-03-01", Some("a letter of the province"), None),
        ] {
            let text = hebei(first, 5);
            let step =
                propose(&store, Draft { retroactive: reason, ..draft(&text) }, by("王敏")).await.expect("memory");
            assert_eq!(step.as_ref().err(), refusal.as_ref(), "{first} {reason:?}");
            if let Ok(step) = step {
                approved(&store, step.release.number).await;
            }
        }
        assert_eq!(store.dump().await.expect("memory").payments.get(&bill).cloned(), payment);
    });
}

#[test]
fn mistakes_are_told_by_the_name_of_the_file() {
    runtime().block_on(async {
        let store = Store::memory();
        founded(&store).await;
        let text = hebei("2025-06-01", 5).replace("\"bind.max-members\"", "\"bind.max-member\"");
        let refused = propose(&store, draft(&text), by("王敏")).await.expect("memory").expect_err("a mistake");
        let text = refused.to_string();
        assert!(text.contains("draft.toml:") && text.contains("bind.max-members"), "{text}");
    });
}

#[test]
fn what_a_proposal_changes_is_told_key_by_key() {
    runtime().block_on(async {
        let store = Store::memory();
        founded(&store).await;
        let step = proposed(&store, &hebei("2025-06-01", 5)).await;
        let own = step.changes.iter().find(|change| change.level.to_string() == "130000").expect("Hebei's own");
        assert_eq!((own.key.as_str(), own.from), ("bind.max-members", day("2025-06-01")));
        assert_eq!(own.values, Some(["8".to_owned(), "5".to_owned()]));
        assert!(step.changes.iter().all(|change| change.level.to_string().starts_with("13")), "only Hebei's areas");
    });
}

#[test]
fn a_release_that_two_write_at_once_is_written_once() {
    runtime().block_on(async {
        let store = Store::memory();
        let last = founded(&store).await;
        let step = proposed(&store, &hebei("2025-06-01", 5)).await;
        approved(&store, step.release.number).await;
        let late = step.release.closed(ReleaseState::Released, by("李强"));
        let new = NewReleases { last, releases: std::slice::from_ref(&late), resolved: &[] };
        assert!(matches!(store.keep_releases(new).await, Err(StoreError::Contended)));
    });
}
