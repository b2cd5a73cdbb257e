//! Schedules against PyTorch's learning rates.

use quipu::Schedule;
use quipu::optim::{OneCycle, Plateau};

/// The numbers of a section of the fixture.
fn section(name: &str) -> Vec<f64> {
    let text = include_str!("fixtures/schedules.txt");
    let start = text.find(&format!("[{name}]\n")).unwrap_or_else(|| panic!("no section {name}"));
    let lines = text[start..].lines().skip(1).take_while(|line| !line.starts_with('['));
    lines.map(|line| line.parse().unwrap()).collect()
}

fn compare(name: &str, found: &[f64]) {
    let expected = section(name);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert!(
            (found - expected).abs() <= 1e-14 * expected.abs() + 1e-15,
            "{name}, {step}: {found} != {expected}"
        );
    }
}

#[test]
fn steps_and_cycles_have_pytorch_s_rates() {
    let late = OneCycle { rise: 0.65, start: 0.1, end: 0.001, linear: false };
    let linear = OneCycle { linear: true, ..OneCycle::DEFAULT };
    let table = [
        ("step", Schedule::step(6, 0.3)),
        ("step", Schedule::step_epochs(6, 0.3)),
        ("one cycle", Schedule::one_cycle()),
        ("one cycle linear", Schedule::OneCycle(linear)),
        ("one cycle late", Schedule::OneCycle(late)),
    ];
    for (name, schedule) in table {
        let rates: Vec<f64> = (0..20).map(|step| schedule.factor(step, 20)).collect();
        compare(name, &rates);
    }
}

#[test]
fn plateaus_have_pytorch_s_rates() {
    let of = |schedule| match schedule {
        Schedule::Plateau(plateau) => plateau,
        other => panic!("{other:?}"),
    };
    let table = [
        ("plateau", of(Schedule::plateau(0.5, 1))),
        ("plateau floor", of(Schedule::plateau(0.1, 0).floor(0.005))),
        ("plateau threshold", Plateau { threshold: 0.1, ..of(Schedule::plateau(0.5, 2)) }),
    ];
    for (name, plateau) in table {
        let mut state = plateau.start();
        // The rate of an epoch is the one before its loss is seen.
        let rates: Vec<f64> = section("losses")
            .into_iter()
            .map(|loss| {
                let rate = state.factor();
                state.observe(loss);
                rate
            })
            .collect();
        assert!(rates.last().unwrap() < &1.0, "{name}: nothing happened");
        compare(name, &rates);
    }
}
