//! Reports: what tables print, what JSON holds, and what a comparison of two networks says.

use std::collections::BTreeMap;

use quipu::prelude::*;
use quipu::report::{Machine, Memory, Report, Roofline, ScheduleTable, Summary};
use quipu::{Model, OptimizerKind};

network! { pub Mlp < fc(784, 256); relu; softmax_ce(10) > }
network! { /** Half as wide. */ pub Half < fc(784, 128); relu; softmax_ce(10) > }
network! {
    /** At the edges of kernels. */
    pub Small < fc(200, 5); relu; fc(25); fc(41); fc(5); softmax_ce(5) >
}
network! { /** With a layer more. */ pub Normed < fc(784, 256); layer_norm; relu; softmax_ce(10) > }

fn report<M: Model>() -> Report {
    Report::of::<M>(32, OptimizerKind::Adam)
}

#[test]
fn a_report_holds_the_constants_and_survives_a_file() {
    let found = report::<Mlp>();
    assert_eq!((found.name.as_str(), found.batch, found.optimizer.as_str()), ("Mlp", 32, "adam"));
    assert_eq!((found.params, found.macs), (203_530, 32 * 203_264));
    assert_eq!(found.step_flops, Mlp::COST.step_flops(32, OptimizerKind::Adam));
    assert_eq!(found.training, Memory::training::<Mlp>(32, OptimizerKind::Adam));
    assert_eq!(found.inference, Memory::inference::<Mlp>(32));
    // Layers add up to the totals.
    let sum = |of: fn(&quipu::report::Layer) -> u64| found.layers.iter().map(of).sum::<u64>();
    assert_eq!(sum(|layer| layer.params), found.params);
    assert_eq!(sum(|layer| layer.macs), found.macs);
    assert_eq!(sum(|layer| layer.forward_flops), found.forward_flops);
    assert_eq!(sum(|layer| layer.backward_flops), found.backward_flops);

    let path = std::env::temp_dir().join(format!("quipu-report-{}.json", std::process::id()));
    std::fs::write(&path, found.to_json()).unwrap();
    assert_eq!(Report::read(&path).unwrap(), found);
    std::fs::write(&path, "[]").unwrap();
    let error = Report::read(&path).unwrap_err().to_string();
    assert!(error.contains("not a cost report") && error.contains("Report::to_json"), "{error}");
    std::fs::remove_file(&path).unwrap();
    let error = Report::read(&path).unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()), "{error}");
}

/// The rows of a printed table by their first word.
fn rows(text: &str) -> BTreeMap<&str, Vec<&str>> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect()
}

#[test]
fn a_comparison_shows_totals_and_the_layers_that_changed() {
    let (before, after) = (report::<Mlp>(), report::<Half>());
    let text = before.diff(&after).to_string();
    assert!(text.starts_with("from Mlp at batch 32, adam to Half at batch 32, adam\n"), "{text}");
    let rows = rows(&text);
    assert_eq!(rows["parameters"], ["203,530", "101,770", "−101,760", "0.500", "×"]);
    assert_eq!(rows["relu1"], ["16,384", "8,192", "−8,192", "0.500", "×"]);
    assert!(!rows.contains_key("softmax_ce"), "the head costs the same: {text}");

    let text = before.diff(&report::<Normed>()).to_string();
    let line = text.lines().find(|line| line.starts_with("layer_norm1")).unwrap();
    // Nothing before: no ratio.
    assert!(line.split_whitespace().nth(1) == Some("0") && !line.contains('×'), "{text}");
    // A layer that is gone stays in the list.
    let text = report::<Normed>().diff(&before).to_string();
    assert!(text.lines().any(|line| line.starts_with("layer_norm1") && line.contains("0.000 ×")), "{text}");
    let text = before.diff(&before).to_string();
    assert!(text.ends_with("no layer costs more or less than before"), "{text}");
}

#[test]
fn a_schedule_says_phase_step_tensors_and_bytes() {
    let table = ScheduleTable::of::<Mlp>();
    let unit = table.units().last().unwrap();
    let phases: Vec<(usize, &str)> = unit.training.iter().map(|step| (step.phase, step.what)).collect();
    assert_eq!(
        phases,
        [
            (0, "fc1 forward"),
            (0, "relu1 forward"),
            (0, "fc2 forward"),
            (0, "head"),
            (1, "fc2 backward"),
            (1, "relu1 backward"),
            (1, "fc2 gradient"),
            (2, "fc1 backward"),
            (2, "fc1 gradient"),
        ]
    );
    assert!(
        unit.training.iter().filter(|step| step.only_for_input).map(|step| step.what).eq(["fc1 backward"])
    );
    let text = table.to_string();
    for line in [
        "0      fc1 forward                product: 200704 weights > 1024  x(784)@data                    fc1(256)@0                               4,160",
        "2      fc1 backward (input_grad)  product: 200704 weights > 1024  d_fc1(256)@256                 d_x(784)@caller                          4,160",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_schedule_says_which_kernel_was_chosen_and_why() {
    let kernels = |what: &str| {
        let unit = ScheduleTable::of::<Small>().units().last().unwrap();
        let steps = unit.training.iter().filter(move |step| step.what.starts_with(what));
        steps.map(|step| step.by).collect::<Vec<_>>()
    };
    assert_eq!(kernels("fc1"), ["product: 200 values > 128"; 3]);
    assert_eq!(kernels("fc3"), ["product: 1025 weights > 1024"; 3]);
    assert_eq!(kernels("fc4"), ["loops: 205 weights <= 1024"; 3]);
    // The first layer's product may be made in parts, with which no activation goes.
    assert_eq!(kernels("relu"), ["", "with fc2 backward"]);
}

#[test]
fn a_summary_has_a_row_a_layer_and_the_totals() {
    let text = Summary::at::<Mlp>(32).to_string();
    let rows = rows(&text);
    for layer in Mlp::COST.layers {
        assert!(rows.contains_key(layer.name), "{}: {text}", layer.name);
    }
    for number in ["203,530", "6,504,448", "13,027,233", "13,190,080"] {
        assert!(text.contains(number), "{number}: {text}");
    }
}

#[test]
fn a_roofline_adds_up_to_the_constants_and_says_what_holds_a_layer_back() {
    let machine = Machine { gflops: 100.0, gbps: 20.0 };
    let roofline = Roofline::of::<Mlp>(128, machine);
    assert_eq!(roofline.flops(), Mlp::COST.forward_flops(128) + Mlp::COST.backward_flops(128));
    assert_eq!(roofline.bytes(), Mlp::COST.bytes_moved(128, 4));
    assert!((roofline.microseconds() / Mlp::COST.roofline_us(128, 100.0, 20.0) - 1.0).abs() < 1e-12);
    assert_eq!((machine.ridge(), machine.attainable(2.0), machine.attainable(9.0)), (5.0, 40.0, 100.0));
    let bound = |layer| {
        let rows = roofline.rows.iter().filter(|row| row.layer == layer);
        rows.map(|row| row.memory_bound).collect::<Vec<_>>()
    };
    // A product computes, an activation moves.
    assert_eq!((bound("fc1"), bound("relu1")), (vec![false, false], vec![true, true]));
    let text = roofline.to_string();
    assert!(
        text.starts_with("Mlp at batch 128 on 100.0 GFLOP/s and 20.0 GB/s: the ridge is at 5.00"),
        "{text}"
    );
    assert!(text.lines().last().unwrap().starts_with("total "), "{text}");
}
